#!/usr/bin/env bash
# Copyright (c) OpenMMLab. All rights reserved.
# Derived from MMAction2's tools/dist_train.sh (Apache-2.0); changed: torchrun,
# arguments quoted, $PYTHON, no PYTHONPATH.
# Usage: dist_train.sh CONFIG PROCESSES [arguments of train.py]
CONFIG=$1
PROCESSES=$2
NNODES=${NNODES:-1}
NODE_RANK=${NODE_RANK:-0}
PORT=${PORT:-29500}
MASTER_ADDR=${MASTER_ADDR:-"127.0.0.1"}

"${PYTHON:-python}" -m torch.distributed.run --nnodes="$NNODES" \
    --node_rank="$NODE_RANK" --master_addr="$MASTER_ADDR" \
    --master_port="$PORT" --nproc_per_node="$PROCESSES" \
    "$(dirname "$0")/train.py" "$CONFIG" --launcher pytorch "${@:3}"

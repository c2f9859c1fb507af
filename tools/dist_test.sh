#!/usr/bin/env bash
# Copyright (c) OpenMMLab. All rights reserved.
# Derived from MMAction2's tools/dist_test.sh (Apache-2.0); changed: torchrun,
# arguments quoted, $PYTHON, no PYTHONPATH.
# Usage: dist_test.sh CONFIG CHECKPOINT PROCESSES [arguments of test.py]
CONFIG=$1
CHECKPOINT=$2
PROCESSES=$3
NNODES=${NNODES:-1}
NODE_RANK=${NODE_RANK:-0}
PORT=${PORT:-29500}
MASTER_ADDR=${MASTER_ADDR:-"127.0.0.1"}

"${PYTHON:-python}" -m torch.distributed.run --nnodes="$NNODES" \
    --node_rank="$NODE_RANK" --master_addr="$MASTER_ADDR" \
    --master_port="$PORT" --nproc_per_node="$PROCESSES" \
    "$(dirname "$0")/test.py" "$CONFIG" "$CHECKPOINT" --launcher pytorch \
    "${@:4}"

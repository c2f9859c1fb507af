# Copyright (c) OpenMMLab. All rights reserved.
# Derived from MMAction2's tools/train.py (Apache-2.0); changed: --data-root,
# --amp runs in bfloat16, also on the CPU, --compile, runner_type.
import argparse
import os
import os.path as osp

from mmengine.config import Config, DictAction
from mmengine.registry import RUNNERS

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.engine.config_options import (amp_options, set_data_root,
                                                settle_workers)
from aen_mmaction.engine.disk import check_writable


def parse_args():
    parser = argparse.ArgumentParser(description='Train a recognizer')
    parser.add_argument('config', help='config file')
    parser.add_argument(
        '--data-root',
        help='folder of the data set as released, instead of the config\'s '
        '(data/<name>)')
    parser.add_argument(
        '--work-dir',
        help='folder for logs and checkpoints (default: '
        'work_dirs/<config name>)')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='checkpoint to resume from; without a value, the latest of the '
        'work dir')
    parser.add_argument(
        '--amp',
        action='store_true',
        help='bfloat16 mixed precision, channels-last')
    parser.add_argument(
        '--compile',
        action='store_true',
        help='torch.compile writes the kernels of the backbone')
    parser.add_argument(
        '--no-validate',
        action='store_true',
        help='do not evaluate during training')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate to the actual total batch size')
    parser.add_argument(
        '--seed', type=int, help='random seed (default: the config\'s)')
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='deterministic cuDNN kernels')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config values, e.g. train_cfg.max_epochs=10 '
        'train_dataloader.batch_size=8')
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args()
    if 'LOCAL_RANK' not in os.environ:
        os.environ['LOCAL_RANK'] = str(args.local_rank)
    return args


def merge_args(cfg, args):
    """Write the command line's options into the config."""
    if args.no_validate:
        cfg.val_cfg = None
        cfg.val_dataloader = None
        cfg.val_evaluator = None
    cfg.launcher = args.launcher
    # work_dir: command line > config > config's name
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir', None) is None:
        cfg.work_dir = osp.join('./work_dirs',
                                osp.splitext(osp.basename(args.config))[0])
    if args.data_root is not None:
        set_data_root(cfg, args.data_root)
    if args.amp:
        cfg.merge_from_dict(amp_options(cfg))
    if args.compile:
        cfg.custom_hooks = [
            *cfg.get('custom_hooks', []),
            dict(type='mmaction.CompileHook')
        ]
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = None if args.resume == 'auto' else args.resume
    if args.auto_scale_lr:
        cfg.auto_scale_lr.enable = True
    if args.seed is not None:
        cfg.randomness.seed = args.seed
    if args.deterministic:
        cfg.randomness.deterministic = True
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    settle_workers(cfg)
    return cfg


def main():
    args = parse_args()
    cfg = merge_args(Config.fromfile(args.config), args)
    check_writable(cfg.work_dir)
    RUNNERS.build(cfg).train()


if __name__ == '__main__':
    main()

# Copyright (c) OpenMMLab. All rights reserved.
# Derived from MMAction2's tools/test.py (Apache-2.0); changed: --data-root,
# --out-dir for the metric's files, --speed.
import argparse
import os
import os.path as osp

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.engine.config_options import (set_data_root, set_report_dir,
                                                settle_workers)
from aen_mmaction.models.acceleration import AUTO, SPEEDS


def parse_args():
    parser = argparse.ArgumentParser(description='Test a recognizer')
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument(
        '--data-root',
        help='folder of the data set as released, instead of the config\'s '
        '(data/<name>)')
    parser.add_argument(
        '--work-dir',
        help='folder for logs (default: work_dirs/<config name>)')
    parser.add_argument(
        '--out-dir',
        help='folder for metrics.json, predictions.csv and confusion '
        'matrices (default: <work dir>/test)')
    parser.add_argument(
        '--speed',
        choices=[AUTO, *SPEEDS],
        help='faster arithmetic (docs/speed.md); bfloat16 changes results '
        'slightly, auto takes it where it is faster')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config values, e.g. test_dataloader.batch_size=8')
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


def main():
    args = parse_args()
    cfg = Config.fromfile(args.config)
    cfg.launcher = args.launcher
    if args.data_root is not None:
        set_data_root(cfg, args.data_root)
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    settle_workers(cfg)
    # work_dir: command line > config > config's name
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir', None) is None:
        cfg.work_dir = osp.join('./work_dirs',
                                osp.splitext(osp.basename(args.config))[0])
    set_report_dir(cfg, args.out_dir, osp.join(cfg.work_dir, 'test'))
    cfg.load_from = args.checkpoint
    if args.speed is not None:
        hook = dict(type='mmaction.AccelerationHook', speed=args.speed)
        cfg.custom_hooks = [*cfg.get('custom_hooks', []), hook]
    Runner.from_cfg(cfg).test()


if __name__ == '__main__':
    main()

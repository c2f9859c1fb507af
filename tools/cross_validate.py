# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Train and test all folds of a config, and take them together.

Start the same command again after a stop: finished folds are kept, a broken
one goes on from its last checkpoint, one whose config has changed is run anew.
"""
import argparse
import sys

from mmengine.config import DictAction

from aen_mmaction.analysis.cross_validation import (lay_out_folds, method_name,
                                                    write_cross_validation)
from aen_mmaction.engine.config_options import amp_options
from aen_mmaction.engine.experiments import load_config
from aen_mmaction.engine.job_tool import add_job_arguments, run_with_log
from aen_mmaction.engine.jobs import unfinished


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config of any fold')
    parser.add_argument(
        '--folds',
        type=int,
        nargs='+',
        default=[1, 2, 3, 4, 5],
        help='which folds (default: 1 2 3 4 5)')
    parser.add_argument(
        '--name', help='of the results (default: the config\'s, less fold)')
    parser.add_argument('--data-root', help='as of tools/train.py')
    parser.add_argument('--seed', type=int, help='as of tools/train.py')
    parser.add_argument(
        '--amp', action='store_true', help='as of tools/train.py')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        default={},
        help='override config values, e.g. train_cfg.max_epochs=10')
    add_job_arguments(parser, 'work_dirs/cross_validation')
    return parser.parse_args()


def main():
    args = parse_args()
    options = dict(args.cfg_options)
    if args.amp:
        options = {**amp_options(load_config(args.config)), **options}
    folds = lay_out_folds(args.config, args.folds, args.work_dir / 'runs',
                          options, args.data_root, args.seed)
    jobs = [fold.job for fold in folds]
    left = unfinished(jobs)
    print(f'{args.config}: {len(folds)} folds, {len(left)} to do')
    if args.dry_run:
        for job in left:
            print(f'  {job.title}: {job.folder}')
        return
    name = args.name or method_name(args.config)
    failed = {}
    try:
        failed = run_with_log(jobs, args.jobs,
                              lambda line: print(line, flush=True))
    finally:  # also after Ctrl-C: what is finished
        paths = write_cross_validation(folds, name, args.work_dir / name)
        for path in paths:
            if path.suffix == '.md':
                print(path.read_text())
        print('Written:', *(f'  {path}' for path in paths), sep='\n')
    if failed:
        sys.exit(f'error: {len(failed)} folds failed, see above')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

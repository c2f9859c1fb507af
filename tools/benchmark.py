# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Measure speed on this machine; one sub-command for each thing measured."""
import argparse
from pathlib import Path

import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import DefaultScope

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.loading_speed import format_loading, measure_loading
from aen_mmaction.analysis.model_speed import PLAIN, measure_models
from aen_mmaction.analysis.training_speed import MODES, measure_training
from aen_mmaction.engine.config_options import set_data_root
from aen_mmaction.evaluation.tables import to_markdown, write_table
from aen_mmaction.inference.cost import (COST_HEADER, cost_row,
                                         untrained_scorer, window_cost)
from aen_mmaction.models.acceleration import SPEEDS


def measure_data(args):
    """Loading of training clips beside bare decoding."""
    cfg = Config.fromfile(args.config)
    if args.data_root is not None:
        set_data_root(cfg, args.data_root)
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        dataset = DATASETS.build(cfg.train_dataloader.dataset)
    print(format_loading(measure_loading(dataset, args.clips, args.rounds)))


def measure_predictions(args):
    """Predicting, plain and accelerated."""
    report(
        measure_models(args.configs, args.speeds, args.batch_size,
                       args.rounds), args.out)


def measure_steps(args):
    """Training steps, and what the runner adds."""
    report(
        measure_training(args.configs, args.modes, args.batch_size,
                         args.rounds), args.out)


def report(table, out):
    """Print a table and, if asked, write it as csv, Markdown and LaTeX."""
    print(to_markdown(*table))
    if out is not None:
        print(*write_table(out, *table), sep='  ')


def measure_stream(args):
    """A new window at stride 1 beside a full one."""
    dtype = torch.bfloat16 if args.bfloat16 else torch.float32
    print(f'{torch.get_num_threads()} thread(s), one window at a time, clip '
          f'part in {dtype}, medians of {args.rounds} rounds\n\n'
          f'{COST_HEADER}')
    for config in args.configs:
        cost = window_cost(untrained_scorer(config, dtype), args.rounds)
        print(cost_row(config, cost), flush=True)


def parse_args():
    parser = argparse.ArgumentParser(description='Measure speed')
    commands = parser.add_subparsers(dest='command', required=True)
    data = commands.add_parser(
        'data', help='load training clips: read, decode, crop, flip, pack')
    data.add_argument(
        'config',
        nargs='?',
        default='configs/aen_dfew_fold1.py',
        help='config file (default: %(default)s)')
    data.add_argument(
        '--data-root', help='folder of the data set as released')
    data.add_argument(
        '--clips', type=int, default=100, help='clips to load each round')
    data.add_argument(
        '--rounds', type=int, default=5, help='rounds; medians are printed')
    data.set_defaults(run=measure_data)
    model = commands.add_parser(
        'model', help='predict batches in memory; needs neither data nor '
        'weights')
    model.add_argument(
        '--speeds',
        nargs='+',
        default=[PLAIN, *SPEEDS],
        choices=[PLAIN, *SPEEDS],
        help='as --speed of tools/test.py (default: all)')
    model.set_defaults(run=measure_predictions)
    train = commands.add_parser(
        'train', help='training steps in memory, plain and in the runner')
    train.add_argument(
        '--modes',
        nargs='+',
        default=[name for name, mode in MODES.items() if not mode.compiled],
        choices=list(MODES),
        help='amp, compiled: as --amp and --compile of tools/train.py; '
        'cached: guide from tools/cache_guide.py (default: all but those '
        'compiled, which take minutes to start)')
    train.set_defaults(run=measure_steps)
    for command in (model, train):
        command.add_argument('configs', nargs='+', help='config files; the '
                             'first is what ratios refer to')
        command.add_argument(
            '--batch-size', type=int, default=8, help='clips at a time')
        command.add_argument(
            '--rounds', type=int, default=5, help='rounds in turns')
        command.add_argument(
            '--out', type=Path, help='write OUT.csv, OUT.md and OUT.tex too')
    stream = commands.add_parser(
        'stream',
        help='a new window of a sliding recognizer beside a full one; needs '
        'neither data nor weights')
    stream.add_argument('configs', nargs='+', help='config files')
    stream.add_argument(
        '--bfloat16', action='store_true', help='clip part in bfloat16')
    stream.add_argument(
        '--rounds', type=int, default=20, help='rounds; medians are printed')
    stream.set_defaults(run=measure_stream)
    return parser.parse_args()


def main():
    args = parse_args()
    args.run(args)


if __name__ == '__main__':
    main()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Results of several runs side by side, as Markdown, LaTeX and csv.

Writes results.*, differences.* (two runs or more) and cost.* into --out and
prints the Markdown.
"""
import argparse
import sys
from pathlib import Path

from mmengine.config import Config

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.comparison import (cost_table, differences_table,
                                              results_table)
from aen_mmaction.analysis.complexity import measure_speed, model_cost
from aen_mmaction.analysis.protocol import protocol_line
from aen_mmaction.analysis.work_dir import find_config
from aen_mmaction.evaluation.runs import read_run
from aen_mmaction.evaluation.tables import to_markdown, write_table


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'runs',
        nargs='+',
        metavar='RUN_DIR',
        help='work dir of a tested run, its test folder, or a folder with '
        'the tests of several folds')
    parser.add_argument(
        '--names', nargs='+', help='names in the tables, in that order')
    parser.add_argument(
        '--dataset',
        help='add what the AEN paper reports on it: DFEW, AFEW or FERV39k. A '
        'run named as a method there (--names) stands in its row')
    parser.add_argument(
        '--no-cost', action='store_true', help='leave the cost table away')
    parser.add_argument(
        '--rounds',
        type=int,
        default=5,
        help='predictions to time for clips per second, 0 for none '
        '(default: %(default)s)')
    parser.add_argument(
        '--batch-size', type=int, default=1,
        help='clips at a time when timed (default: %(default)s)')
    parser.add_argument(
        '--out', type=Path, default=Path('work_dirs/compare'),
        help='folder of the tables (default: %(default)s)')
    args = parser.parse_args()
    if args.names and len(args.names) != len(args.runs):
        parser.error(f'--names: expected {len(args.runs)} names, one for each '
                     f'run, got {len(args.names)}')
    return args


def run_config(run):
    """The config of a run, beside or above its (first) test."""
    test = run.folds[0].folder
    for folder in (test, test.parent):
        try:
            return Config.fromfile(find_config(folder))
        except FileNotFoundError:
            continue
    return None


def cost(configs, rounds, batch_size):
    """Table of cost; speed is measured if there are rounds."""
    costs = {name: model_cost(cfg) for name, cfg in configs.items()}
    where = ''
    if rounds:
        speed, where = measure_speed(configs, rounds, batch_size)
        costs = {name: cost._replace(clips_per_second=speed[name])
                 for name, cost in costs.items()}
    return cost_table(costs, where)


def main():
    args = parse_args()
    names = args.names or [None] * len(args.runs)
    runs = [read_run(path, name) for path, name in zip(args.runs, names)]
    configs = {run.name: run_config(run) for run in runs}
    if len(configs) < len(runs):
        raise ValueError('two runs have the same name: tell them apart with '
                         f'--names, got {[run.name for run in runs]}')
    for name in [name for name, cfg in configs.items() if cfg is None]:
        print(f'{name}: no config beside its tests, so no protocol and no '
              'cost.', file=sys.stderr)
        del configs[name]
    lines = {name: protocol_line(cfg) for name, cfg in configs.items()}
    tables = dict(results=results_table(runs, args.dataset, lines))
    if len(runs) > 1:
        tables['differences'] = differences_table(runs)
    if configs and not args.no_cost:
        tables['cost'] = cost(configs, args.rounds, args.batch_size)
    for name, table in tables.items():
        print(to_markdown(*table))
        paths = write_table(args.out / name, *table)
        print(*paths, sep='  ', end='\n\n')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

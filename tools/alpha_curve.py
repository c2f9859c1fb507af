# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Test trained AENs with alpha 0, 0.1, ... 1 at test only (Figure 3).

Several work dirs are seeds of one method. Drawn by tools/figures.py alpha
--table. To train with each alpha instead: tools/run_grid.py
configs/grids/alpha_synthetic.yml
"""
import argparse
import sys
from pathlib import Path

from mmengine.config import Config

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.alpha import ALPHAS, alpha_table, alpha_tests
from aen_mmaction.analysis.protocol import data_line, protocol_line
from aen_mmaction.analysis.run_model import load_run
from aen_mmaction.analysis.work_dir import find_checkpoint, find_config
from aen_mmaction.engine.config_options import set_data_root
from aen_mmaction.evaluation.tables import to_markdown, write_table


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'runs', nargs='+', metavar='WORK_DIR', help='work dirs of trainings')
    parser.add_argument(
        '--alphas', type=float, nargs='+', default=ALPHAS,
        help='values to test (default: 0, 0.1, ... 1)')
    parser.add_argument(
        '--data-root', help='where the data set is, if it has moved')
    parser.add_argument(
        '--out', type=Path, default=Path('work_dirs/alpha_curve'),
        help='path of the table without suffix (default: %(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    tests = []
    for work_dir in args.runs:
        cfg = Config.fromfile(find_config(work_dir))
        if args.data_root:
            set_data_root(cfg, args.data_root)
        print(f'{work_dir}: testing', flush=True)
        model, dataset = load_run(cfg, find_checkpoint(work_dir))
        tests.append(alpha_tests(model, dataset, args.alphas))
    num_clips = len(next(iter(tests[0].values())).clip_ids)
    table = alpha_table(tests)
    table = table._replace(notes=[
        *table.notes, f'Data: {data_line(cfg)}.',
        f'Protocol: {protocol_line(cfg, num_clips)}.'
    ])
    paths = write_table(args.out, *table)
    print(to_markdown(*table), 'Written:', *(f'  {path}' for path in paths),
          sep='\n')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Models trained on some data sets, tested on others: the matrix as a table.

Classes are mapped by name; what only one side has is left out, and named in
cells.*. Writes matrix.* and cells.* as Markdown, LaTeX and csv.
"""
import argparse
import sys
from pathlib import Path

from mmengine.config import Config

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.cross_dataset import (cross_tables, cross_test,
                                                 foreign_test_set)
from aen_mmaction.analysis.work_dir import find_checkpoint, find_config
from aen_mmaction.engine.config_options import set_data_root
from aen_mmaction.evaluation.tables import to_markdown, write_table
from aen_mmaction.inference import load_recognizer


def named(text):
    """``NAME=VALUE`` in two."""
    name, found, value = text.partition('=')
    if not (name and found and value):
        raise argparse.ArgumentTypeError(f'expected NAME=VALUE, got {text!r}')
    return name, value


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        '--trained', nargs='+', type=named, required=True,
        metavar='NAME=WORK_DIR',
        help='trainings; config and last weights of each are used')
    parser.add_argument(
        '--tested', nargs='+', type=named, required=True,
        metavar='NAME=CONFIG',
        help='configs whose test data to use')
    parser.add_argument(
        '--data-roots', nargs='+', type=named, default=[],
        metavar='NAME=FOLDER',
        help='where the data of a --tested NAME lie, instead of the config\'s')
    parser.add_argument(
        '--batch-size', type=int, default=8,
        help='clips at a time (default: %(default)s)')
    parser.add_argument(
        '--out', type=Path, default=Path('work_dirs/cross_dataset'),
        help='folder of the tables (default: %(default)s)')
    args = parser.parse_args()
    unknown = {name for name, _ in args.data_roots} - {
        name for name, _ in args.tested}
    if unknown:
        parser.error(f'--data-roots names {sorted(unknown)}, which --tested '
                     'does not')
    return args


def main():
    args = parse_args()
    tested = {name: Config.fromfile(path) for name, path in args.tested}
    for name, root in args.data_roots:
        set_data_root(tested[name], root)
    cells = {}
    for name, work_dir in args.trained:
        cfg = Config.fromfile(find_config(work_dir))
        loaded = load_recognizer(cfg, find_checkpoint(work_dir))
        for other, data_cfg in tested.items():
            cell = cross_test(loaded.model, loaded.classes,
                              foreign_test_set(cfg, data_cfg),
                              args.batch_size)
            cells[name, other] = cell
            print(f'{name} on {other}: {cell.num_clips} clips of '
                  f'{len(cell.classes)} classes; left out: '
                  f'{cell.left_out() or "nothing"}', flush=True)
    for stem, table in zip(('matrix', 'cells'), cross_tables(cells)):
        print('\n' + to_markdown(*table))
        print(*write_table(args.out / stem, *table), sep='  ')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

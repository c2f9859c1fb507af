# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Run a grid of experiments and write its table.

A grid is a YAML file (configs/grids, form: aen_mmaction/engine/grid.py).
Start the same command again after a stop: finished runs are kept, a broken
one goes on from its last checkpoint, one whose config has changed is run anew.
"""
import argparse
import sys
from pathlib import Path

from aen_mmaction.analysis.grid_table import write_grid_table
from aen_mmaction.engine.grid import load_grid
from aen_mmaction.engine.job_tool import add_job_arguments, run_with_log
from aen_mmaction.engine.jobs import unfinished


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('grid', type=Path, help='YAML file of the grid')
    parser.add_argument(
        '--only',
        metavar='LABEL',
        nargs='+',
        help='run only the rows that have all these labels; the table is '
        'made of what is finished')
    parser.add_argument(
        '--seeds', type=int, nargs='+', help='run only these seeds')
    add_job_arguments(parser, 'work_dirs/grids')
    return parser.parse_args()


def main():
    args = parse_args()
    grid = load_grid(str(args.grid), args.work_dir / 'runs')
    cells = [
        cell for cell in grid.cells
        if set(args.only or []) <= set(cell.labels) and (
            not args.seeds or cell.seed in args.seeds)
    ]
    if not cells:
        labels = sorted({label for c in grid.cells for label in c.labels})
        seeds = sorted({c.seed for c in grid.cells})
        sys.exit(f'error: no run has all labels {args.only} and one of the '
                 f'seeds {args.seeds}. Labels of the grid: {labels}, seeds: '
                 f'{seeds}')
    # seed by seed: a whole table with fewer seeds, should time run out
    jobs = [cell.job for cell in sorted(cells, key=lambda cell: cell.seed)]
    left = unfinished(jobs)
    print(f'{args.grid}: {len(grid.cells)} runs, {len(cells)} asked for; '
          f'{len(left)} jobs to do')
    if args.dry_run:
        for job in left:
            print(f'  {job.title}: {job.folder}')
        return
    failed = {}
    try:
        failed = run_with_log(jobs, args.jobs,
                              lambda line: print(line, flush=True))
    finally:  # also after Ctrl-C: what is finished
        out_dir = args.work_dir / args.grid.stem
        paths = write_grid_table(grid, out_dir)
        print(paths[0].read_text())
        print('Written:', *(f'  {path}' for path in paths), sep='\n')
    if failed:
        sys.exit(f'error: {len(failed)} jobs failed, see above')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

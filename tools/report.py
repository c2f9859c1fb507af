# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Report of a tested run as one HTML file that opens without a network."""
import argparse
import sys
from pathlib import Path

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.report import write_report
from aen_mmaction.evaluation.reported import reported_results


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('work_dir', type=Path, help='folder of a training')
    parser.add_argument(
        '--test', type=Path, help='its test (default: <work_dir>/test)')
    parser.add_argument(
        '--checkpoint', help='weights (default: those of the last epoch)')
    parser.add_argument(
        '--data-root', help="folder of the data set, instead of the config's")
    parser.add_argument(
        '--reported',
        metavar='DATASET:METHOD',
        help='published result to stand beside, e.g. DFEW:AEN')
    parser.add_argument(
        '--out', type=Path,
        help='file to write (default: <work_dir>/report.html)')
    return parser.parse_args()


def find_reported(text):
    """The first row of a method on a data set."""
    dataset, _, method = text.partition(':')
    rows = reported_results(dataset)
    for row in rows:
        if row.method.lower() == method.lower():
            return row
    raise ValueError(f'--reported: no {method!r} on {dataset}; there is '
                     f'{sorted({row.method for row in rows})}')


def main():
    args = parse_args()
    out = args.out or args.work_dir / 'report.html'
    reported = find_reported(args.reported) if args.reported else None
    parts = write_report(args.work_dir, out, args.test, args.checkpoint,
                         args.data_root, reported)
    for part in parts:
        if part.missing:
            print(f'{part.title}: not shown, {part.missing}', file=sys.stderr)
    print(f'{out}  {out.stat().st_size / 1e6:.1f} MB')


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')

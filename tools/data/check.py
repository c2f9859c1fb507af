# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Compare a data set's folder and lists: ``python tools/data/check.py ROOT``.

Exits with 0 if all is clean, 1 with faults, 2 if it cannot check or fix.
"""
import argparse
import os.path as osp
import sys
from collections import Counter

from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TimeRemainingColumn)

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.datasets.check import (check_dataset, find_splits,
                                         own_splits, summarise,
                                         write_corrected_lists, write_csv)
from aen_mmaction.datasets.check.splits import DATASETS


def parse_args():
    parser = argparse.ArgumentParser(description='Check a data set')
    parser.add_argument('root', help='folder of the data set as released')
    parser.add_argument(
        '--dataset', choices=DATASETS, help='default: the one that is there')
    parser.add_argument(
        '--media', choices=('frames', 'video'), help='default: what is there')
    parser.add_argument(
        '--clips', help='folder of the clips below ROOT, with {part} for '
        'train, test, ...; default: as released')
    parser.add_argument('--train', help='a training list of your own; ids '
                        'start from ROOT')
    parser.add_argument('--test', help='a test list of your own')
    parser.add_argument('--label-base', type=int, choices=(0, 1),
                        help='first class number of your own lists')
    parser.add_argument('--class-order', help='class order of your own lists, '
                        'a name or happy,sad,...')
    parser.add_argument('--complete', action='store_true',
                        help='a part of the data set is a fault')
    parser.add_argument('--fix', action='store_true',
                        help='write corrected lists into OUT/fixed')
    parser.add_argument('--out', default='work_dirs/check',
                        help='folder to write to (default: %(default)s)')
    parser.add_argument('--jobs', type=int, help='processes (default: cores)')
    return parser.parse_args()


def splits_of(args):
    """The lists to check."""
    if args.train is None and args.test is None:
        return find_splits(args.root, args.dataset, args.media, args.clips)
    order = args.class_order
    if order and ',' in order:
        order = order.split(',')
    return own_splits(args.root, args.train, args.test, args.dataset,
                      args.media, label_base=args.label_base,
                      class_order=order)


def print_lists(result):
    """What was looked at."""
    frames = [media.num_frames for media in result.media.values()]
    span = f' ({min(frames)} to {max(frames)} a clip)' if frames else ''
    print(f'{len(frames)} clips, {sum(frames)} frames{span} in '
          f'{len(result.lists)} lists')
    for split, records in result.lists:
        counts = Counter(record.label for record in records)
        print(f'  {split.name:20} {len(records):6} clips: ' +
              ', '.join(f'{name} {n}' for name, n in counts.most_common()))


def main() -> int:
    args = parse_args()
    try:
        splits = splits_of(args)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    with Progress('decoding clips', BarColumn(), MofNCompleteColumn(),
                  TimeRemainingColumn()) as bar:
        result = check_dataset(
            splits, args.complete, args.jobs,
            lambda items, total: bar.track(items, total=total))
    print_lists(result)
    table = osp.join(args.out, 'findings.csv')
    write_csv(result.findings, table)
    print(summarise(result.findings))
    print(f'all findings: {table}')
    if args.fix:
        try:
            for path in write_corrected_lists(result.findings, args.root,
                                              osp.join(args.out, 'fixed')):
                print(f'corrected list: {path}')
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
    return 0 if result.clean else 1


if __name__ == '__main__':
    sys.exit(main())

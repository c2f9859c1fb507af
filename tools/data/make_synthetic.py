# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Make the synthetic expression set: drawn faces, DFEW and RAF-DB layouts.

Needs no download; the same options always give the same files.
"""
import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path

import cv2

from aen_mmaction.datasets.synthetic import Options, make_synthetic
from aen_mmaction.datasets.synthetic.sheets import contact_sheet

HELP = dict(
    clips='clips, at least 35',
    stills='stills, at least 35; a fifth is the test part',
    size='image side in pixels',
    seed='seed of the set',
    min_frames='shortest clip',
    max_frames='longest clip',
    distractor_share='mean share of frames between onset and offset that '
    'show another emotion than the clip is labelled with, 0 to 0.6')


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument('--root', type=Path, default=Path('data/synthetic'),
                        help='folder of the set')
    for name, default in asdict(Options()).items():
        parser.add_argument('--' + name.replace('_', '-'), default=default,
                            type=type(default), help=HELP[name])
    parser.add_argument('--workers', type=int, default=os.cpu_count() or 1,
                        help='processes; the files do not depend on it')
    parser.add_argument('--overwrite', action='store_true',
                        help='replace a set made with other options')
    parser.add_argument('--contact-sheet', type=Path, metavar='PNG',
                        help='also draw an overview picture')
    return parser.parse_args()


def main() -> None:
    """Make the set and say what was made."""
    args = parse_args()
    options = Options(**{key: getattr(args, key) for key in HELP})
    print(f'{args.root}: {options.clips} clips and {options.stills} stills '
          f'of {options.size} px, {args.workers} processes', flush=True)
    try:
        written = make_synthetic(args.root, options, args.workers,
                                 args.overwrite)
    except (FileExistsError, ValueError) as error:
        sys.exit(f'error: {error}')
    if written is None:
        print(f'{args.root}: this very set is there already')
    else:
        clips, stills = written
        for folder, kind, part in (('dfew', 'clips', clips),
                                   ('raf-db', 'stills', stills)):
            print(f'{args.root / folder}: {part.count} {kind}, '
                  f'{part.count / part.cpu_seconds:.1f} {kind}/s and '
                  f'{part.frames / part.cpu_seconds:.0f} images/s per core')
        print('distractors: '
              f'{clips.distractor_share:.1%} of the frames between onset and '
              'offset show another emotion than the label')
    if args.contact_sheet:
        args.contact_sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet = contact_sheet(options.size, options.seed,
                              options.distractor_share)
        cv2.imwrite(str(args.contact_sheet), sheet[..., ::-1])
        print(args.contact_sheet)


if __name__ == '__main__':
    main()

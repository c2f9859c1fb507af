# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Cut aligned face clips out of raw videos.

Each video gives one clip: the frames of one face, upright and in one size.
Can be stopped at any moment and goes on with the same command.
"""
import argparse
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from aen_mmaction.checks import name_some
from aen_mmaction.faces.card import CARD
from aen_mmaction.faces.clip import ClipOptions
from aen_mmaction.faces.detectors import DETECTORS
from aen_mmaction.faces.prepare import Preparation
from aen_mmaction.faces.settings import FaceSettings
from aen_mmaction.faces.sources import find_videos, listed_videos
from aen_mmaction.faces.survey import RULES


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('videos', help='folder of the videos, or one video; '
                        'folders in it are the classes')
    parser.add_argument('--out', type=Path, required=True,
                        help='folder of the clips')
    parser.add_argument('--list', nargs='+', default=[], metavar='FILE',
                        help='only the videos of these lists, with their '
                        'classes; any form that the data sets read')
    parser.add_argument('--dataset', help='data set of the lists, if they '
                        'cannot be told by themselves, e.g. dfew')
    parser.add_argument('--label-base', type=int, choices=(0, 1),
                        help='number of the first class in the lists')
    parser.add_argument('--detector', default='centerface',
                        choices=tuple(DETECTORS), help='default: centerface; '
                        "dlib is the paper's; none: frames are faces already")
    parser.add_argument('--margin', type=float, help='space around the face '
                        'on each side; default: 0.25, none: 0')
    parser.add_argument('--size', type=int, default=224,
                        help='side of a frame in pixels; default: 224')
    parser.add_argument('--search-side', type=int, help='longer side in '
                        'pixels at which faces are searched; default: 320 '
                        'for centerface, 640 for dlib')
    parser.add_argument('--keep', default='largest', choices=tuple(RULES),
                        help='which of several faces; default: largest')
    parser.add_argument('--max-gap', type=int, default=10, help='longest run '
                        'of frames to interpolate; default: 10')
    parser.add_argument('--workers', type=int, default=os.cpu_count() or 1,
                        help='processes; the files do not depend on it')
    parser.add_argument('--retry', action='store_true',
                        help='try videos again that failed before')
    return parser.parse_args()


def main() -> None:
    """Prepare the videos and say what came out."""
    args = parse_args()
    try:
        settings = FaceSettings(args.detector, args.margin, args.size,
                                args.search_side)
        options = ClipOptions(settings, args.keep, args.max_gap)
        others = []
        if args.list:
            videos = listed_videos(args.videos, args.list, args.dataset,
                                   args.label_base)
        else:
            videos, others = find_videos(args.videos)
        if not videos:
            raise ValueError(f'{args.videos}: no video in it')
        with Preparation(videos, args.out, options, args.retry) as job:
            print(f'{len(videos)} videos, {len(videos) - len(job.todo)} of '
                  f'them done before; {args.workers} processes', flush=True)
            if others:
                print(f'{len(others)} other files left alone: '
                      f'{name_some(others)}')
            run(job, args.workers)
            report(job, args.out)
    except KeyboardInterrupt:
        sys.exit('\nstopped; the same command goes on from here')
    except (OSError, ValueError, ModuleNotFoundError) as error:
        sys.exit(f'error: {error}')


def run(job: Preparation, workers: int) -> None:
    """Make the clips, with progress and time left; then the speed."""
    if not job.todo:
        return
    start = time.perf_counter()
    seconds, frames = Counter(), Counter()
    done, all_bytes, done_bytes = 0, job.bytes_of(job.todo), 0
    for video, record, spent in job.run(workers):
        if record['status'] != 'ok':
            print(f'\r{video.name}: {record["status"]}, {record["reason"]}',
                  file=sys.stderr)
        if spent:
            seconds.update(spent)
            frames.update(
                detection=record['frames'],
                alignment=record['detected'] + record['interpolated'])
        done += 1
        done_bytes += max(record['bytes'], 0)
        took = time.perf_counter() - start
        left = took * (all_bytes - done_bytes) / max(done_bytes, 1)
        print(f'\r{done}/{len(job.todo)} videos, '
              f'{frames["detection"] / took:.1f} frames/s, '
              f'{timedelta(seconds=round(left))} left  ',
              end='', file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for step in ('detection', 'alignment'):
        if frames[step]:
            print(f'{step}: {frames[step]} frames, '
                  f'{frames[step] / seconds[step]:.1f} a second of one core')


def report(job: Preparation, out: Path) -> None:
    """Write what lies beside the clips; print the totals."""
    records = job.finish()
    statuses = Counter(record['status'] for record in records)
    made = statuses['ok'] + statuses['incomplete']
    print(f'{job.store.clips}: {made} clips of {len(records)} videos; ' +
          ', '.join(f'{n} {status}' for status, n in statuses.items()))
    partly = [r for r in records if r.get('left_out') and r['detected']]
    if partly:
        print(f'{len(partly)} clips with frames left out for want of the '
              'face: ' + name_some(
                  [f'{r["video"]} (frames {r["left_out"]})' for r in partly]))
    for name in ('videos.csv', 'failed.csv', 'list.txt', 'README.md', CARD,
                 'contact_sheets'):
        print(out / name)


if __name__ == '__main__':
    main()

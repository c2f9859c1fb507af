# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
r"""Let the guide see every frame of a training set once, before training.

    python tools/cache_guide.py CONFIG --out guide.npz --data-root PATH
    python tools/train.py CONFIG --data-root PATH --cfg-options \
        model.guide.type=CachedGuide model.guide.cache=guide.npz

Training then reads the guide's logits instead of computing them. They are
those of whole, unflipped frames; the live guide sees augmented ones.
"""
import argparse
import sys

from mmengine.config import Config, DictAction

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.engine.config_options import set_data_root
from aen_mmaction.inference.guide_cache import build_frame_cache, changed_clips
from aen_mmaction.models.guides.frame_cache import (read_frame_cache,
                                                    write_frame_cache)


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config file')
    parser.add_argument('--out', required=True, help='.npz file to write')
    parser.add_argument(
        '--check',
        action='store_true',
        help='compare the file with the frames on disk instead; the exit '
        'status says whether they are the same')
    parser.add_argument(
        '--data-root',
        help='folder of the data set as released, instead of the config\'s')
    parser.add_argument('--device', default='cpu', help='e.g. cuda')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config values, e.g. model.guide.checkpoint=FILE')
    return parser.parse_args()


def main() -> int:
    args = parse_args()
    cfg = Config.fromfile(args.config)
    if args.data_root is not None:
        set_data_root(cfg, args.data_root)
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    try:
        if args.check:
            changed = changed_clips(cfg, read_frame_cache(args.out))
            print(f'{args.out}: {len(changed)} clips differ' +
                  ''.join(f'\n    {clip_id}' for clip_id in changed[:20]))
            return 1 if changed else 0
        cache = build_frame_cache(cfg, args.device)
        write_frame_cache(args.out, cache)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f'{args.out}: {len(cache.logits)} frames of {len(cache.clips)} '
          'clips')
    return 0


if __name__ == '__main__':
    sys.exit(main())

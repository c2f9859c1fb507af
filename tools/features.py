# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Write frame and clip vectors of a data set with ids, labels and fold.

    python tools/features.py CONFIG CHECKPOINT features.npz --data-root PATH
"""
import argparse
import sys

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.inference import load_recognizer
from aen_mmaction.inference.features import extract_features, write_features


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument(
        'out', help='file to write: .npz, or .parquet where pyarrow is there')
    parser.add_argument(
        '--split', choices=['test', 'train'], default='test',
        help='part of the data (default: %(default)s)')
    parser.add_argument(
        '--data-root',
        help='folder of the data set as released, instead of the config\'s')
    parser.add_argument(
        '--batch-size', type=int, default=16, help='clips at a time')
    parser.add_argument(
        '--no-frames', action='store_true', help='clip vectors only')
    parser.add_argument('--device', default='cpu', help='e.g. cuda')
    return parser.parse_args()


def main() -> int:
    args = parse_args()
    try:
        loaded = load_recognizer(args.config, args.checkpoint, args.device)
        features = extract_features(loaded, args.split, args.data_root,
                                    args.batch_size, not args.no_frames)
        write_features(features, args.out)
    except (ImportError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    shapes = {key: value.shape for key, value in features.arrays.items()}
    print(f'{args.out}: {len(features.labels)} {features.split} clips, fold '
          f"{features.fold or 'none'}")
    for key, shape in shapes.items():
        print(f'    {key:12} {shape}')
    return 0


if __name__ == '__main__':
    sys.exit(main())

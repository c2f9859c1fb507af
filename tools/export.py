# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Export a trained model to ONNX and compare it with PyTorch.

    python tools/export.py CONFIG CHECKPOINT --out-dir exported
    python exported/onnx_runner.py exported FACES.npy
"""
import argparse
import logging
import sys

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.inference import load_recognizer
from aen_mmaction.inference.export import OPSET, TOLERANCE, export_onnx


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', help='checkpoint file')
    parser.add_argument('--out-dir', required=True, help='folder to write to')
    parser.add_argument(
        '--opset', type=int, default=OPSET,
        help='ONNX operator set (default: %(default)s)')
    parser.add_argument(
        '--pt2', action='store_true',
        help='write the programs of torch.export as well')
    return parser.parse_args()


def main() -> int:
    args = parse_args()
    logging.getLogger('torch.onnx').setLevel(logging.ERROR)
    try:
        loaded = load_recognizer(args.config, args.checkpoint)
        graphs = export_onnx(loaded, args.out_dir, args.opset, args.pt2)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f'largest difference from PyTorch, batches of 1 and 3 (at most '
          f'{TOLERANCE} passes):')
    for graph in graphs:
        megabytes = graph.path.stat().st_size / 1e6
        print(f'{graph.path}, {megabytes:.0f} MB')
        for name, difference in graph.differences.items():
            print(f'    {name:16} {difference:.1e}')
    if len(graphs) == 1:
        print('frames of this model are entangled: no graphs for streams')
    print(f'run it: python {args.out_dir}/onnx_runner.py {args.out_dir} '
          'FACES.npy')
    return 0


if __name__ == '__main__':
    sys.exit(main())

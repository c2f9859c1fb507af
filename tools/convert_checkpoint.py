# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Convert the authors' published weights for use here, and back.

    python tools/convert_checkpoint.py IN OUT --model former-dfer
    python tools/convert_checkpoint.py OUT AGAIN --model former-dfer --reverse
"""
import argparse
import sys
from pathlib import Path

from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.models.published import PUBLISHED, convert_file, restore_file

ROOT = Path(__file__).resolve().parents[1]


def parse_args():
    parser = argparse.ArgumentParser(
        description='Convert published weights, and back')
    parser.add_argument('source', help='checkpoint to read')
    parser.add_argument('target', help='checkpoint to write')
    parser.add_argument(
        '--model',
        required=True,
        choices=sorted(PUBLISHED),
        help='whose weights; aen-guide is the frame model inside AEN\'s file')
    parser.add_argument(
        '--reverse', action='store_true', help='from ours to the authors\'')
    parser.add_argument(
        '--config',
        help='config of the model to fit (default: the method\'s on DFEW '
        'fold 1)')
    return parser.parse_args()


def wanted_weights(config: str) -> dict:
    """State dict of a config's model."""
    cfg = Config.fromfile(config)
    init_default_scope(cfg.default_scope)
    return MODELS.build(cfg.model).state_dict()


def main() -> int:
    args = parse_args()
    try:
        if args.reverse:
            names = restore_file(args.source, args.target, args.model)
            print(f'{len(names)} weights written to {args.target}')
            return 0
        config = args.config or ROOT / PUBLISHED[args.model].config
        report = convert_file(args.source, args.target, args.model,
                              wanted_weights(str(config)))
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f'{len(report.converted)} weights converted, '
          f'{len(report.unused)} never used by their model (kept in '
          f"'unused.'):")
    for name in report.unused:
        print(f'  {name}')
    for name in report.placeholders:
        print(f'not read, no weights: {name}')
    print(f'Nothing unmatched or missing. Written to {args.target}')
    return 0


if __name__ == '__main__':
    sys.exit(main())

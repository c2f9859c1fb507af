# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Parameters and multiply-adds of the models of configs.

    python tools/model_info.py CONFIG [CONFIG ...]
"""
import argparse
import warnings
from pathlib import Path

from mmengine.config import Config

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.complexity import CONVENTION, model_cost


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Parameters and multiply-adds of models. ' + CONVENTION)
    parser.add_argument('configs', nargs='+', help='config files')
    return parser.parse_args()


def main() -> None:
    configs = parse_args().configs
    warnings.simplefilter('ignore')
    print('parameters (M)   MACs (G)  FLOPs (G)  config')
    for path in configs:
        cost = model_cost(Config.fromfile(path))
        print(f'{cost.params / 1e6:14.2f}  {cost.macs / 1e9:9.2f}  '
              f'{cost.flops / 1e9:9.2f}  {Path(path).stem}', flush=True)
    print(CONVENTION)


if __name__ == '__main__':
    main()

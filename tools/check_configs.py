# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Build and run every config on noise: ``python tools/check_configs.py``.

Prints a table; exits with 1 if a config fails.
"""
import argparse
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path

from mmengine.logging import MMLogger

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.engine.config_check import check_config, find_configs

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'


def main() -> int:
    parser = argparse.ArgumentParser(description='Check configs.')
    parser.add_argument(
        'configs',
        nargs='*',
        type=Path,
        help='config files (default: all of configs/)')
    args = parser.parse_args()
    configs = args.configs or find_configs(CONFIGS)
    MMLogger.get_instance('check', log_level=logging.ERROR)
    warnings.simplefilter('ignore')
    failed = 0
    print('result  seconds  config: losses of one train step')
    for path in configs:
        start = time.time()
        with tempfile.TemporaryDirectory() as work_dir:
            try:
                losses = check_config(str(path), work_dir)
                result, text = 'pass', ', '.join(
                    f'{k} {v:.3g}' for k, v in losses.items())
            except Exception as error:  # report it, go on to the next
                result, text = 'FAIL', f'{type(error).__name__}: {error}'
                failed += 1
        name = path.resolve()
        if CONFIGS in name.parents:
            name = name.relative_to(CONFIGS)
        print(f'{result:6}  {time.time() - start:7.1f}  {name}: {text}',
              flush=True)
    print(f'{len(configs) - failed} of {len(configs)} configs pass')
    return int(failed > 0)


if __name__ == '__main__':
    sys.exit(main())

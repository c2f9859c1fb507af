# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Check the environment: ``python tools/doctor.py``.

Exits with 1 if a check fails. It runs on a broken environment too, where the
package itself cannot be imported.
"""
import argparse
import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_doctor() -> ModuleType:
    """``aen_mmaction.doctor``, loaded without importing the package."""
    root = Path(__file__).resolve().parents[1]
    if (root / 'aen_mmaction').is_dir():  # in the repository
        sys.path.insert(0, str(root))
    package = importlib.util.find_spec('aen_mmaction')
    if package is None:
        sys.exit('aen_mmaction is not installed: run pip install -e . in its '
                 'repository')
    path = Path(package.origin).with_name('doctor.py')
    spec = importlib.util.spec_from_file_location('aen_doctor', path)
    doctor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(doctor)
    return doctor


def main() -> int:
    parser = argparse.ArgumentParser(description='Check the environment.')
    parser.add_argument(
        '--work-dir',
        default='work_dirs',
        help='where results are to be written (default: %(default)s)')
    args = parser.parse_args()
    doctor = load_doctor()
    failed = 0
    for check in doctor.run_checks(args.work_dir):
        print(f'{check.status.upper():4}  {check.name}: {check.detail}')
        if check.fix:
            print(f'      fix: {check.fix}')
        failed += check.status == 'fail'
    print(f'{failed} check(s) failed' if failed else 'No check failed')
    return int(failed > 0)


if __name__ == '__main__':
    sys.exit(main())

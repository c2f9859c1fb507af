# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The checks of the environment, whole and broken."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aen_mmaction import doctor

ROOT = Path(__file__).resolve().parents[1]


def by_name(checks):
    return {check.name: check for check in checks}


def test_nothing_fails_here(tmp_path):
    checks = doctor.run_checks(str(tmp_path / 'work_dirs'))
    assert [c for c in checks if c.status == doctor.FAIL] == []
    assert all(c.fix for c in checks if c.status != doctor.PASS)
    found = by_name(checks)
    assert found['mmengine checkpoints on torch>=2.6'].detail.startswith(
        'known fault, ')
    assert found['video decoder'].detail == 'decord'
    assert not (tmp_path / 'work_dirs').exists()


def test_ranges_hold_the_tested_versions_and_are_those_of_setup():
    tested = dict(
        line.split('==') for line in (
            ROOT / 'requirements' / 'tested.txt').read_text().splitlines()
        if '==' in line)
    setup = (ROOT / 'setup.py').read_text()
    for names, low, high in doctor.PACKAGES.values():
        version = doctor.release(tested[names[0]])
        assert doctor.release(low) <= version, names
        assert high is None or version < doctor.release(high), names
        wanted = f'{names[0]}>={low}' + (f',<{high}' if high else '')
        assert f"'{wanted}'" in setup, wanted


@pytest.mark.parametrize('version, numbers', [
    ('2.14.1+cpu', (2, 14, 1)),
    ('0.11.0rc0', (0, 11, 0)),
])
def test_release(version, numbers):
    assert doctor.release(version) == numbers


@pytest.mark.parametrize('version, detail', [
    ('1.2.0', 'supported >=0.10.3,<0.11'),
    (None, 'mmengine is not installed'),
])
def test_package_absent_or_out_of_range(monkeypatch, version, detail):
    original = doctor.installed_version
    monkeypatch.setattr(
        doctor, 'installed_version', lambda name: version
        if name == 'mmengine' else original(name))
    check = by_name(doctor.check_packages())['mmengine']
    assert check.status == doctor.FAIL and detail in check.detail
    assert check.fix == "pip install 'mmengine>=0.10.3,<0.11'"


def test_two_wheels_of_one_folder(monkeypatch):
    versions = {'mmcv': '2.1.0', 'mmcv-lite': '2.1.0', 'numpy': '2.4.6'}
    versions.update({name: '5.0' for name in doctor.OPENCV[:2]})
    monkeypatch.setattr(doctor, 'installed_version', versions.get)
    mmcv = [c for c in doctor.check_packages() if c.name == 'mmcv'][0]
    opencv, = doctor.check_opencv()
    assert mmcv.status == opencv.status == doctor.WARN
    assert 'share one folder' in mmcv.detail


@pytest.mark.parametrize('version, status', [
    (None, 'pass'), ('16.9.1', 'warn'), ('17.0.0', 'pass'), ('19', 'pass')])
def test_an_old_pyav_is_told(monkeypatch, version, status):

    def absent(settings):
        raise ModuleNotFoundError

    monkeypatch.setattr('aen_mmaction.faces.build_detector', absent)
    monkeypatch.setattr(doctor, 'installed_version', lambda name: version)
    *_, check = doctor.check_faces()
    assert check.name.startswith('PyAV') and check.status == status
    assert check.fix == ("pip install 'av>=17'" if status == 'warn' else '')


def test_check_that_raises_is_a_failure(monkeypatch):

    def broken():
        raise OSError('libGL.so.1: cannot open shared object file')

    monkeypatch.setattr(doctor, 'check_decoder', broken)
    check = by_name(doctor.run_checks())['video decoder']
    assert check.status == doctor.FAIL and 'libGL' in check.detail


def test_work_dir_under_a_file(tmp_path):
    (tmp_path / 'file').write_text('')
    check, = doctor.check_work_dir(str(tmp_path / 'file' / 'work_dirs'))
    assert check.status == doctor.FAIL and '--work-dir' in check.fix


def test_tool_without_any_package():
    # -S: no site-packages, so neither torch nor mmaction can be imported
    done = subprocess.run([sys.executable, '-S', 'tools/doctor.py'],
                          cwd=ROOT,
                          capture_output=True,
                          text=True,
                          timeout=60)
    assert done.returncode == 1
    assert done.stderr == ''
    assert re.search(r"FAIL +torch: .*\n +fix: pip install 'torch>=2.6'",
                     done.stdout)

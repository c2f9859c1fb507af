# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The demo runs its steps in order and stops at the first that fails."""
import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / 'tools' / 'demo.py'


@pytest.fixture
def demo(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location('demo_tool', TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / 'tools').mkdir()
    monkeypatch.setattr(module, 'ROOT', tmp_path)
    return module


def test_a_step_is_printed_run_and_reported(demo, tmp_path, capfd):
    (tmp_path / 'tools' / 'greet.py').write_text(
        'import sys; print("hello", *sys.argv[1:])')
    row = demo.run('greet', 'greet.py', tmp_path / 'a b', '--size', 64)
    out = capfd.readouterr().out
    assert "=== greet\n    python tools/greet.py 'a b' --size 64\n" in out
    assert f'hello {tmp_path}/a b --size 64' in out
    assert row == "| greet | `python tools/greet.py 'a b' --size 64` | 0 |"


def test_a_failing_step_stops_the_demo(demo, tmp_path):
    (tmp_path / 'tools' / 'fail.py').write_text('raise SystemExit(3)')
    with pytest.raises(SystemExit, match='"break it" failed, see above'):
        demo.run('break it', 'fail.py')


def test_the_demo_names_files_that_exist(demo):
    assert demo.STAGE1.is_file() and demo.STAGE2.is_file()
    for script in ('data/make_synthetic.py', 'train.py', 'test.py'):
        assert (TOOL.parent / script).is_file()

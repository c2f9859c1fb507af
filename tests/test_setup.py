# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A plain installation carries what MIM looks for."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*args, cwd):
    done = subprocess.run([sys.executable, *args],
                          cwd=cwd,
                          capture_output=True,
                          text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """Install from a source archive, offline, into a folder of its own."""
    folder = tmp_path_factory.mktemp('setup')
    source = folder / 'source'
    for name in ('aen_mmaction', 'configs', 'requirements', 'tools'):
        shutil.copytree(
            ROOT / name,
            source / name,
            ignore=shutil.ignore_patterns('__pycache__'))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    run('setup.py', '-q', 'sdist', '-d', str(folder), cwd=source)
    archive, = folder.glob('*.tar.gz')
    run('-m', 'pip', 'install', '-q', '--no-deps', '--no-build-isolation',
        '--no-index', '--no-compile', '--target', str(folder / 'site'),
        str(archive), cwd=folder)
    return folder / 'site' / 'aen_mmaction'


def names(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob('*')
        if path.is_file() and '__pycache__' not in path.parts
    }


@pytest.mark.parametrize('folder', ['configs', 'tools'])
def test_configs_and_tools_are_carried_whole(installed, folder):
    carried = names(installed / '.mim' / folder)
    assert carried == names(ROOT / folder) and carried


def test_model_index_and_every_module_are_carried(installed):
    index = (installed / '.mim' / 'model-index.yml').read_text()
    assert index == (ROOT / 'model-index.yml').read_text()
    for line in index.splitlines():
        if line.strip().startswith('- '):
            assert (installed / '.mim' / line.split('- ')[1]).is_file()
    modules = {n for n in names(installed) if not n.startswith('.mim/')}
    assert modules == names(ROOT / 'aen_mmaction')


def test_source_tree_stays_clean():
    assert not (ROOT / 'aen_mmaction' / '.mim').exists()

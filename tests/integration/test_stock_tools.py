# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""MMAction2's own tools run our configs after a plain installation."""
import shutil
import sys
from pathlib import Path

import mmaction
import pytest

from .conftest import ROOT, as_arguments, call, environment, scalars

STOCK = Path(mmaction.__file__).parent / '.mim' / 'tools'


@pytest.fixture
def site(tmp_path):
    """Folder with the package installed, not editable, offline."""
    source = tmp_path / 'source'
    shutil.copytree(
        ROOT,
        source,
        ignore=shutil.ignore_patterns('.*', 'tests', 'data', 'work_dirs',
                                      'build', '__pycache__', '*.egg-info'))
    call([
        sys.executable, '-m', 'pip', 'install', '-q', '--no-deps',
        '--no-build-isolation', '--no-index', '--no-compile', '--target',
        tmp_path / 'site', source
    ], tmp_path)
    shutil.rmtree(source)
    return tmp_path / 'site'


@pytest.mark.skipif(
    not STOCK.is_dir(), reason='mmaction2 ships its tools in wheels only')
def test_stock_tools_resume_with_amp_and_test(tiny, site, measured, tmp_path):
    tiny.run('train', 'runs', {}, validate=False)  # ours, in float32
    package = site / 'aen_mmaction'
    config = package / '.mim' / 'configs' / 'aen_dfew_fold1.py'
    env = environment(PYTHONPATH=str(site))
    find = 'import importlib.util as u; print(u.find_spec("aen_mmaction"))'
    assert str(package) in call([sys.executable, '-c', find], tmp_path, env)
    options = {**tiny.options, 'train_cfg.max_epochs': 2}
    for loader in ('train', 'val', 'test'):  # no --data-root there
        options[f'{loader}_dataloader.dataset.data_root'] = tiny.data

    output = call([
        sys.executable, STOCK / 'train.py', config, '--amp', '--resume',
        '--work-dir', 'runs', *as_arguments(options)
    ], tmp_path, env)
    assert 'AmpOptimWrapper' in output
    assert 'Epoch(train) [2][1/3]' in output
    assert 'Epoch(train) [1]' not in output
    trained = scalars(tmp_path / 'runs')
    assert len(trained) == 4  # 3 iterations, 1 validation

    output = call([
        sys.executable, STOCK / 'test.py', config, 'runs/epoch_2.pth',
        '--work-dir', 'tested', '--dump', 'predictions.pkl',
        *as_arguments(options)
    ], tmp_path, env)
    shown = [
        line for line in output.splitlines()
        if 'Epoch(test)' in line and 'dfer/WAR' in line
    ]
    measured(f'stock test.py: {shown[-1].split("    ")[1][:20]}')
    assert f'dfer/WAR: {trained[-1]["dfer/WAR"]:.4f}' in shown[-1]
    assert output.count('dfer: 7 clips') == 1
    assert (tmp_path / 'predictions.pkl').stat().st_size

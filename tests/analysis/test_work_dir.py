# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json

import pytest

from aen_mmaction.analysis.work_dir import (find_checkpoint, find_config,
                                            read_scalars)


def test_last_weights_by_number(tmp_path):
    for name in ('epoch_9.pth', 'epoch_10.pth', 'best_WAR_epoch_99.pth.bak'):
        (tmp_path / name).touch()
    assert find_checkpoint(tmp_path).name == 'epoch_10.pth'
    with pytest.raises(FileNotFoundError, match='--checkpoint'):
        find_checkpoint(tmp_path / 'other')


def test_config_of_the_run(tmp_path):
    with pytest.raises(FileNotFoundError, match='<name>.py'):
        find_config(tmp_path)
    for time in ('20260101_000000', '20260102_000000'):
        (tmp_path / time / 'vis_data').mkdir(parents=True)
        (tmp_path / time / 'vis_data/config.py').touch()
    assert find_config(tmp_path).parts[-3] == '20260102_000000'
    (tmp_path / 'aen.py').touch()
    assert find_config(tmp_path).name == 'aen.py'
    (tmp_path / 'b.py').touch()
    with pytest.raises(ValueError, match=r"\['aen.py', 'b.py'\]"):
        find_config(tmp_path)


def test_a_test_does_not_hide_the_options_of_the_training(tmp_path):
    """tools/test.py writes <name>.py anew, without the training's options."""
    for time, row in (('1', step(1, 1.)), ('2', dict(step=0, WAR=1))):
        log(tmp_path, time, [row])
        (tmp_path / time / 'vis_data/config.py').touch()
    (tmp_path / 'aen.py').touch()
    assert find_config(tmp_path) == tmp_path / '1/vis_data/config.py'


def log(work_dir, time, rows):
    path = work_dir / time / 'vis_data'
    path.mkdir(parents=True)
    path.joinpath('scalars.json').write_text(
        ''.join(json.dumps(row) + '\n' for row in rows))


def step(i, loss):
    return dict(iter=i, step=i, epoch=(i + 1) // 2, loss=loss)


def test_log_of_a_resumed_training(tmp_path):
    """Stopped after iteration 3, gone on from epoch 1's end, then tested."""
    log(tmp_path, '1', [step(1, 1.), step(2, 2.), {'step': 1, 'WAR': 10},
                        step(3, 3.)])
    log(tmp_path, '2', [step(3, 30.), step(4, 40.), {'step': 2, 'WAR': 20}])
    log(tmp_path, '3', [{'step': 0, 'WAR': 99}])
    rows = read_scalars(tmp_path)
    assert [r['loss'] for r in rows if 'iter' in r] == [1, 2, 30, 40]
    assert [r['WAR'] for r in rows if 'WAR' in r] == [10, 20]
    assert read_scalars(tmp_path / 'nothing') == []

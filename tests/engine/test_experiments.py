# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Trainings as jobs: what names their folder, what their stages do."""
import json

import pytest
import torch
from mmengine.config import Config

from aen_mmaction.engine.experiments import (chosen_checkpoint,
                                             final_checkpoint, load_config,
                                             repository_file, training_job)

CONFIG = '''
train_cfg = dict(max_epochs=3)
train_dataloader = None
test_dataloader = dict(dataset=dict(
    type='DFEWDataset', data_root='data', ann_file='set_1.csv'))
model = dict(type='M', width=(1, 2), guide=dict(checkpoint=None))
default_hooks = dict(checkpoint=dict(type='CheckpointHook', save_best=None))
randomness = dict(seed=0)
'''


@pytest.fixture
def config(tmp_path):
    path = tmp_path / 'm.py'
    path.write_text(CONFIG)
    return str(path)


def folder(root, config, **changes):
    return training_job(load_config(config, **changes), 'm', root).folder


def test_a_changed_config_is_another_folder(tmp_path, config):
    root = tmp_path / 'runs'
    same = folder(root, config)
    assert same.parent == root and same.name.startswith('m-')
    assert folder(root, config) == same
    others = [
        folder(root, config, options={'model.width': (1, 3)}),
        folder(root, config, data_root='elsewhere'),
        folder(root, config, seed=1),
    ]
    assert len({same, *others}) == 4


def test_a_changed_input_is_another_folder(tmp_path, config):
    """Checkpoints and lists count by content, but not the jobs' own."""
    root = tmp_path / 'runs'
    for place, counts in ((tmp_path / 'guide.pth', True),
                          (root / 'stage1' / 'guide.pth', False)):
        change = dict(options={'model.guide.checkpoint': str(place)})
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b'one')
        before = folder(root, config, **change)
        place.write_bytes(b'another')
        assert (folder(root, config, **change) != before) is counts
    (tmp_path / 'set_1.csv').write_text('video_name,label\n1,2\n')
    before = folder(root, config, data_root=str(tmp_path))
    (tmp_path / 'set_1.csv').write_text('video_name,label\n1,3\n')
    assert folder(root, config, data_root=str(tmp_path)) != before


def test_options_that_belong_nowhere_are_refused(config):
    with pytest.raises(ValueError, match=r"\['modell.width'\].*'model'"):
        load_config(config, {'modell.width': 1})


def test_options_win(config):
    kept = 'default_hooks.checkpoint.max_keep_ckpts'
    found = load_config(config, {kept: 5}).default_hooks.checkpoint
    assert found.max_keep_ckpts == 5


def test_the_stages_are_the_tools_on_the_config_as_written(tmp_path, config):
    groups = dict(positive=['happy'], neutral=['neutral'])
    cfg = load_config(config, {'model.width': (3, 4),
                               'model.groups': groups}, seed=5)
    job = training_job(cfg, 'm', tmp_path)
    job.folder.mkdir()
    command = [str(part) for part in job.stages['train']()]
    assert command[1].endswith('tools/train.py')
    assert command[-3:] == ['--work-dir', str(job.folder), '--resume']
    written = Config.fromfile(command[2])
    assert written.model.width == (3, 4) and written.randomness.seed == 5
    assert list(written.model.groups) == ['positive', 'neutral']  # in order
    assert written.default_hooks.checkpoint.max_keep_ckpts == 1
    with pytest.raises(FileNotFoundError, match=r'left no .*epoch_3\.pth'):
        job.stages['test']()
    (job.folder / 'epoch_3.pth').touch()
    command = [str(part) for part in job.stages['test']()]
    assert command[1].endswith('tools/test.py')
    assert command[3] == str(job.folder / 'epoch_3.pth')
    assert job.leaves == dict(
        train=job.folder / 'epoch_3.pth',
        test=job.folder / 'test' / 'predictions.csv')
    assert 'test' not in training_job(cfg, 'm', tmp_path, test=False).stages


def test_a_checkpoint_cut_short_is_not_gone_on_from(tmp_path, config):
    job = training_job(load_config(config), 'm', tmp_path)
    job.folder.mkdir()
    pointer = job.folder / 'last_checkpoint'
    path = job.folder / 'epoch_1.pth'
    torch.save(dict(state_dict={}), path)
    pointer.write_text(str(path))
    job.stages['train']()
    assert pointer.exists() and path.exists()
    path.write_bytes(path.read_bytes()[:-20])
    older = job.folder / 'epoch_0.pth'
    torch.save(dict(state_dict={}), older)
    job.stages['train']()  # goes on from the older one
    assert pointer.exists() and path.exists() and older.exists()
    older.unlink()
    job.stages['train']()
    assert not pointer.exists() and not path.exists()


def test_the_last_stage_keeps_the_weights_only(tmp_path, config):
    job = training_job(load_config(config), 'm', tmp_path)
    job.folder.mkdir()
    path = job.folder / 'epoch_3.pth'
    weights = dict(w=torch.arange(3.))
    torch.save(dict(state_dict=weights, meta=dict(epoch=3), optimizer={}),
               path)
    for _ in range(2):  # a kill may make it come again
        assert job.stages['slim']() is None
        file = torch.load(path, weights_only=True)
        assert file.keys() == {'state_dict', 'meta'}
        assert torch.equal(file['state_dict']['w'], weights['w'])


def test_which_checkpoint_is_tested(tmp_path, config):
    cfg = load_config(config)
    assert final_checkpoint(cfg, tmp_path).name == 'epoch_3.pth'
    cfg.train_cfg = dict(max_iters=50)
    assert final_checkpoint(cfg, tmp_path).name == 'iter_50.pth'
    cfg.default_hooks.checkpoint.save_best = 'dfer/WAR'
    with pytest.raises(FileNotFoundError, match='best_'):
        chosen_checkpoint(cfg, tmp_path)
    (tmp_path / 'best_dfer_WAR_iter_20.pth').touch()
    assert chosen_checkpoint(cfg, tmp_path).name.startswith('best_')


def test_files_of_the_project_are_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert repository_file('tools/train.py').is_file()
    with pytest.raises(FileNotFoundError, match='tools/trian.py'):
        repository_file('tools/trian.py')


def test_the_time_of_stages_is_kept(tmp_path, config):
    job = training_job(load_config(config), 'm', tmp_path)
    job.folder.mkdir()
    job.finish('train', 12.34)
    assert json.loads((job.folder / 'job.json').read_text()) == {
        'train': 12.3
    }
    assert not job.is_done

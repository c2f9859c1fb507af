# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The guard between the forward and the backward pass."""
import json
from types import SimpleNamespace

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import Dataset

from aen_mmaction.engine.hooks import LossGuardHook
from aen_mmaction.engine.hooks.loss_guard_hook import LossError, clip_names


class Toy(BaseModel):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return dict(loss=(self.weight * torch.stack(inputs)).mean())


class Values(Dataset):
    """Clip i has the value values[i], which is the gradient of its loss."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __getitem__(self, i):
        return dict(
            inputs=torch.tensor([self.values[i]]),
            data_samples=SimpleNamespace(clip_id=f'clip{i}'))


def make(work_dir, values, counts=1, **kwargs):
    return Runner(
        Toy(),
        str(work_dir),
        train_dataloader=dict(
            batch_size=1,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=Values(values)),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        optim_wrapper=dict(
            optimizer=dict(type='SGD', lr=0.1), accumulative_counts=counts),
        custom_hooks=[LossGuardHook(**kwargs)],
        experiment_name=str(work_dir),
        log_level='ERROR')


@pytest.mark.parametrize('bad, text', [
    (float('nan'), 'loss nan in epoch 1, iteration 3'),
    (float('inf'), 'loss inf'),
    (3e6, 'expected a finite one of at most 1e'),
])
def test_stops_before_the_step_and_saves_the_ids(tmp_path, bad, text):
    runner = make(tmp_path, [1., 1., bad, 1.])
    with pytest.raises(LossError, match=text) as error:
        runner.train()
    assert 'clip2' in str(error.value) and 'skip=N' in str(error.value)
    # two steps of 0.1 * 1 were taken, the third was not
    assert torch.allclose(runner.model.weight, torch.tensor([0.8]))
    report = json.loads((tmp_path / 'bad_batch.json').read_text())
    assert report['clips'] == ['clip2']
    assert report['clips_of_the_batch_before'] == ['clip1']
    assert (report['epoch'], report['iteration']) == (1, 3)
    assert report['weights_not_finite'] == []


def test_skips_so_many_and_no_more(tmp_path):
    nan = float('nan')
    runner = make(tmp_path / 'a', [1., nan, 1., nan, 1.], skip=2)
    runner.train()
    assert torch.allclose(runner.model.weight, torch.tensor([0.7]))
    with pytest.raises(LossError, match='clip3'):
        make(tmp_path / 'b', [1., nan, 1., nan, 1.], skip=1).train()


def test_spoiled_weights_are_the_fault_of_the_step_before(tmp_path):
    runner = make(tmp_path, [1., 1.], skip=9)
    runner.model.weight.data.fill_(float('nan'))
    with pytest.raises(LossError, match='1 weights were not finite before'):
        runner.train()


@pytest.mark.parametrize('batch, names', [
    (dict(data_samples=[SimpleNamespace(clip_id='a')]), ['a']),
    (dict(data_samples=[SimpleNamespace(img_path='b.jpg')]), ['b.jpg']),
    (dict(data_samples=[object()]), ['sample 0']),
    (None, []),
])
def test_clip_names(batch, names):
    assert clip_names(batch) == names


def test_skipping_one_of_several_batches_of_a_step_is_refused(tmp_path):
    make(tmp_path / 'stop', [1.] * 4, counts=2).train()
    with pytest.raises(ValueError, match='skip=0 where 2 batches make one'):
        make(tmp_path / 'skip', [1.] * 4, counts=2, skip=1).train()

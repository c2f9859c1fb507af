# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os

import numpy as np
import pytest
import torch

from aen_mmaction.models.published import read_published

WEIGHTS = {'fc.weight': torch.eye(2), 'fc.bias': torch.zeros(2)}


class Recorder:
    """What a training script saves beside the weights."""

    def __init__(self):
        self.losses = np.zeros((2, 2))

    def __setstate__(self, state):
        raise AssertionError('an object of the file was built')


class Attack:

    def __reduce__(self):
        return os.system, ('touch attacked', )


@pytest.mark.parametrize('prefix', ['module.', ''])
@pytest.mark.parametrize('nested', [True, False])
def test_layouts(tmp_path, prefix, nested):
    path = str(tmp_path / 'model.pth')
    weights = {prefix + k: v for k, v in WEIGHTS.items()}
    torch.save(dict(epoch=3, state_dict=weights) if nested else weights, path)
    file = read_published(path)
    assert list(file.state_dict) == list(WEIGHTS)
    assert torch.equal(file.state_dict['fc.weight'], torch.eye(2))
    assert file.layout == dict(prefix=prefix, nested=nested)
    assert file.placeholders == [] and len(file.sha256) == 64


def test_objects_of_the_training_are_not_built(tmp_path):
    path = str(tmp_path / 'model.pth')
    torch.save(
        dict(state_dict=WEIGHTS, recorder=Recorder(), best=np.float64(66.2)),
        path)
    file = read_published(path)
    assert list(file.state_dict) == list(WEIGHTS)
    assert any(name.endswith('Recorder') for name in file.placeholders)


def test_code_in_a_file_does_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(dict(state_dict=WEIGHTS, more=Attack()), 'model.pth')
    with pytest.raises(ValueError, match='model.pth'):
        read_published('model.pth')
    assert not os.path.exists('attacked')


@pytest.mark.parametrize('content, message', [
    (b'', 'no checkpoint|not a checkpoint'),
    (b'no checkpoint at all', 'not a checkpoint, or is damaged'),
])
def test_damaged(tmp_path, content, message):
    path = tmp_path / 'model.pth'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_published(str(path))


def test_truncated(tmp_path):
    path = tmp_path / 'model.pth'
    torch.save(dict(state_dict={'fc.weight': torch.ones(1000)}), path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ValueError, match='damaged'):
        read_published(str(path))


def test_no_weights(tmp_path):
    path = str(tmp_path / 'model.pth')
    torch.save(dict(state_dict=dict(epoch=3)), path)
    with pytest.raises(ValueError, match=r"no tensor under \['epoch'\]"):
        read_published(path)
    with pytest.raises(FileNotFoundError, match='not found: nowhere.pth'):
        read_published('nowhere.pth')

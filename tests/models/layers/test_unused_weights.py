# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmengine.runner.checkpoint import load_state_dict
from torch import nn

from aen_mmaction.models.layers import UnusedWeights, without_unused


class Model(nn.Module):

    def __init__(self, keep):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.unused = UnusedWeights(keep)


WEIGHTS = {
    'fc.weight': torch.eye(2),
    'fc.bias': torch.zeros(2),
    'unused.old.0.weight': torch.ones(3),
    'unused.bias': torch.ones(4)
}


def torch_load(model):
    model.load_state_dict(WEIGHTS)


def mmengine_load(model):
    load_state_dict(model, WEIGHTS, strict=True)


@pytest.mark.parametrize('load', [torch_load, mmengine_load])
def test_left_out(load):
    model = Model(keep=False)
    load(model)
    assert set(model.state_dict()) == {'fc.weight', 'fc.bias'}
    assert 'unused.bias' in WEIGHTS  # the caller's dict is left alone


@pytest.mark.parametrize('load', [torch_load, mmengine_load])
def test_kept_counted_and_saved(load):
    model = Model(keep=True)
    load(model)
    load(model)  # again, into what is there by now
    state_dict = model.state_dict()
    assert set(state_dict) == set(WEIGHTS)
    assert all(torch.equal(state_dict[k], v) for k, v in WEIGHTS.items())
    assert sum(p.numel() for p in model.parameters()) == 6 + 7


def test_other_keys_are_still_refused():
    with pytest.raises(RuntimeError, match='Unexpected key.*other'):
        Model(keep=True).load_state_dict({**WEIGHTS, 'other': torch.ones(1)})


def test_without_unused():
    assert set(without_unused(WEIGHTS)) == {'fc.weight', 'fc.bias'}

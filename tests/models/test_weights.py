# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.models.weights import load_shared_weights, weight_faults


def weights(**shapes):
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


def test_every_kind_of_fault():
    wanted = weights(a=2, b=(2, 3), c=1)
    assert weight_faults(weights(a=2, b=(2, 3), c=1), wanted) == ''
    assert weight_faults(weights(d=1, c=1, b=(3, 2)), wanted) == (
        '1 missing: a; 1 left over: d; '
        '1 of another shape: b: (3, 2) instead of (2, 3)')


def test_long_lists_are_cut():
    wanted = weights(**{f'w{i}': 1 for i in range(8)})
    assert weight_faults({}, wanted) == (
        '8 missing: w0, w1, w2, w3, w4, w5, ...')
    del wanted['w6'], wanted['w7']
    assert weight_faults({}, wanted) == '6 missing: w0, w1, w2, w3, w4, w5'


@pytest.fixture
def file(tmp_path):
    """A file with a backbone of two layers and a head."""
    path = tmp_path / 'stage1.pth'
    names = ('backbone.0.weight', 'backbone.2.weight', 'head.weight')
    torch.save(
        dict(state_dict={name: torch.ones(2, 2) for name in names}), path)
    return str(path)


def layers(count):
    return nn.Sequential(*[nn.Linear(2, 2, bias=False) for _ in range(count)])


def test_shared_weights_are_loaded_and_the_rest_is_reported(file):
    module = layers(2)  # 0 is in the file, 1 is not; 2 has no place
    before = module[1].weight.clone()
    report = load_shared_weights(
        module, file, fresh=['1.'], left_over=['2.'])
    assert torch.equal(module[0].weight, torch.ones(2, 2))
    assert torch.equal(module[1].weight, before)
    assert report == (f'1 of 2 weights (50.0% of the values) from {file}; '
                      'fresh: 1.weight (1); left in the file: 2.weight (1)')


@pytest.mark.parametrize('fresh, left_over, text', [
    ([], ['2.'], r'1 missing: 1\.weight'),
    (['1.'], [], r'1 left over: 2\.weight'),
    (['0.', '1.'], ['2.'], r'1 left over: 0\.weight'),  # the file has it
])
def test_what_is_not_shared_must_be_named(file, fresh, left_over, text):
    module = layers(2)
    before = {k: v.clone() for k, v in module.state_dict().items()}
    with pytest.raises(ValueError, match=text):
        load_shared_weights(module, file, fresh=fresh, left_over=left_over)
    assert all(torch.equal(v, before[k])
               for k, v in module.state_dict().items())


def test_another_shape_is_refused(file):
    with pytest.raises(ValueError, match=r'0\.weight: \(2, 2\) instead of'):
        load_shared_weights(
            nn.Sequential(nn.Linear(3, 2, bias=False)), file, left_over=['2'])


def test_batches_need_not_be_counted_in_the_file(tmp_path):
    """Old files of torchvision lack ``num_batches_tracked``."""
    source, norm = nn.BatchNorm2d(2), nn.BatchNorm2d(2)
    source.running_mean.fill_(3.)
    state = source.state_dict()
    del state['num_batches_tracked']
    torch.save(state, tmp_path / 'old.pth')
    load_shared_weights(norm, str(tmp_path / 'old.pth'), prefix='')
    assert norm.running_mean.tolist() == [3, 3]
    assert norm.num_batches_tracked == 0

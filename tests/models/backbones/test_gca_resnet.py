# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.backbones import GCAResNet
from aen_mmaction.models.layers import GCABlock

SLIM = dict(stem_channels=16, base_channels=16)


@pytest.fixture
def backbone():
    torch.manual_seed(0)
    return GCAResNet(num_frames=4, map_sizes=(4, 2), **SLIM).train(False)


@pytest.mark.parametrize('num', [1, 3])
def test_contexts_then_the_map(backbone, num):
    found = backbone(torch.rand(num * 4, 3, 32, 32))
    assert [tuple(m.shape) for m in found] == [(num * 4, 32, 1, 1),
                                               (num * 4, 64, 1, 1),
                                               (num * 4, 64, 2, 2)]


def test_other_stages_and_depths():
    backbone = GCAResNet(
        num_frames=2,
        stage_blocks=(2, 2, 2, 2),
        gca_stages=(3, ),
        map_sizes=(1, ),
        out_indices=(1, 3),
        **SLIM)
    found = backbone(torch.rand(4, 3, 32, 32))
    assert [m.shape[1] for m in found] == [128, 128, 32, 128]
    gated = [n for n, m in backbone.named_modules() if isinstance(m, GCABlock)]
    assert gated == ['layer4.0', 'layer4.1']


def test_every_parameter_gets_a_gradient(backbone):
    maps = backbone.train()(torch.rand(8, 3, 32, 32))
    maps[-1].pow(2).sum().backward()
    assert all(p.grad is not None for p in backbone.parameters())


def test_wrong_frames_or_size(backbone):
    for shape in ((3, 3, 32, 32), (4, 3, 64, 64)):
        with pytest.raises(ValueError, match='T=4, H=W=4'):
            backbone(torch.rand(shape))
    with pytest.raises(ValueError, match='one for each of gca_stages'):
        GCAResNet(map_sizes=(14, ))

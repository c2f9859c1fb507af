# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.inference.parts import (ClipScorer, FrameEncoder, WholeModel,
                                          is_separable, prepare_for_inference)


@pytest.fixture
def clip():
    """Two clips of noise."""
    return torch.randint(
        0, 256, (2, 16, 3, 32, 32), dtype=torch.uint8,
        generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize('name, separable', [
    ('aen', True), ('released', True), ('former', True), ('gca', False),
    ('stock', False)])
def test_is_separable(name, separable, loaded):
    assert is_separable(loaded(name).model) is separable


class Shift(nn.Module):
    """A backbone whose frames see the one before."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone

    def forward(self, x):
        return self.backbone(x + .1 * x.roll(1, 0))


def test_a_shift_along_time_is_found_out(loaded):
    model = loaded('former').model
    model.backbone = Shift(model.backbone)
    assert not is_separable(model)


@torch.no_grad()
def test_parts_are_the_whole(loaded, clip):
    for name in ('aen', 'former'):
        model = loaded(name).model
        tokens = [level.unflatten(0, (2, 16))
                  for level in FrameEncoder(model)(clip.flatten(0, 1))]
        parts, whole = ClipScorer(model)(*tokens), WholeModel(model)(clip)
        assert parts.keys() == whole.keys()
        for key in whole:
            torch.testing.assert_close(parts[key], whole[key], rtol=0,
                                       atol=1e-6)


@torch.no_grad()
def test_prepared_models_compute_the_same_with_less(loaded, clip):
    for name in ('aen', 'released', 'former', 'gca'):
        model = loaded(name).model
        before = WholeModel(model)(clip)
        prepare_for_inference(model)
        norms = [m for m in model.backbone.modules()
                 if isinstance(m, nn.BatchNorm2d)]
        lean = [m.lean for m in model.temporal.modules()
                if hasattr(m, 'lean')]
        assert not norms and lean
        assert all(lean) == (name != 'gca')
        for key, value in WholeModel(model)(clip).items():
            torch.testing.assert_close(value, before[key], rtol=0, atol=1e-5)


class UnusedNorm(nn.Module):
    """A norm behind a convolution, which forward does not use."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, 8, 1)
        self.bn = nn.BatchNorm2d(8)
        nn.init.uniform_(self.bn.running_mean, 1, 2)

    def forward(self, x):
        return self.conv(x)


@torch.no_grad()
def test_a_backbone_that_cannot_be_folded_stays(loaded):
    model = loaded('former').model
    model.backbone = UnusedNorm().eval()
    before = model.backbone.conv.weight.clone()
    prepare_for_inference(model)
    assert isinstance(model.backbone.bn, nn.BatchNorm2d)
    torch.testing.assert_close(model.backbone.conv.weight, before)

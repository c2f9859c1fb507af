# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.necks import DividedSpaceTime

SHAPES = [(4, 6, 6), (8, 3, 3)]


@pytest.fixture
def neck():
    neck = DividedSpaceTime(SHAPES, num_frames=4, depth=2, num_heads=2)
    transformer = neck.transformer  # starts blind to order: zeros
    for p in (transformer.pos_embed, transformer.time_embed, *[
            m.temporal_fc.weight for m in neck.modules()
            if hasattr(m, 'temporal_fc')
    ]):
        torch.nn.init.normal_(p)
    return neck.eval()


def maps_of(num, frames=4):
    return [torch.randn(num * frames, *shape) for shape in SHAPES]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_one_step_per_clip(neck, num):
    maps = maps_of(num)
    out, = neck(maps, num)
    assert neck.level_dims == [8]
    assert tuple(out.shape) == (num, 1, 8)
    alone, = neck([m[:4] for m in maps], 1)
    torch.testing.assert_close(out[:1], alone)


def test_every_place_and_frame_is_seen_and_told_apart(neck):
    low, top = maps_of(1)
    before, = neck([low, top], 1)
    assert torch.equal(neck([low + 1, top], 1)[0], before)  # top level only
    for frame, row, column in ((0, 0, 0), (3, 2, 1)):
        changed = top.clone()
        changed[frame, :, row, column] += 1
        assert not torch.allclose(neck([low, changed], 1)[0], before)
    assert not torch.allclose(neck([low, top.flip(0)], 1)[0], before)
    assert not torch.allclose(neck([low, top.flip(3)], 1)[0], before)


def test_what_does_not_fit_is_named(neck):
    with pytest.raises(ValueError, match=r'\(4, 8, 3, 3\), got \(3, 8'):
        neck([m[:3] for m in maps_of(1)], 1)
    with pytest.raises(ValueError, match=r'square.*\(3, 2\)'):
        DividedSpaceTime([(8, 3, 2)])

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.necks import DynamicStaticFusion

SHAPES = ((6, 1, 1), (8, 3, 3))  # 3 x 3 becomes 2 x 2


@pytest.fixture
def neck():
    torch.manual_seed(0)
    return DynamicStaticFusion(
        SHAPES, num_blocks=1, depth=1, num_heads=2, head_dim=4,
        mlp_dim=8).train(False)


def maps(num, frames=4):
    torch.manual_seed(1)
    return [torch.randn(num * frames, *shape) for shape in SHAPES]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_widths_and_steps(neck, num):
    found = neck(maps(num), num)
    assert neck.level_dims == [6, 8 * 2 * 2]
    assert [tuple(f.shape) for f in found] == [(num, 4, 6), (num, 3, 32)]


def test_equals_the_formula_step_by_step(neck):
    levels = maps(2)
    low, top = levels[0].reshape(2, 4, 6), levels[1].reshape(2, 4, 8, 3, 3)
    found_low, found = neck(levels, 2)
    torch.testing.assert_close(found_low, low)
    for n in range(2):
        for t in range(3):
            change = neck.dynamic(top[n, t + 1:t + 2] - top[n, t:t + 1])
            still = neck.static(top[n, t:t + 1])  # (1, 8, 2, 2)
            tokens = torch.stack(
                [still[..., i, j] for i in range(2) for j in range(2)], 1)
            still = neck.blocks(tokens + neck.pos_embed)[0].T  # (8, 4)
            torch.testing.assert_close(
                found[n, t], (change[0] + still.reshape(8, 2, 2)).flatten())


def test_every_parameter_gets_a_gradient(neck):
    neck.train()(maps(3), 3)[-1].pow(2).sum().backward()
    assert all(p.grad is not None for p in neck.parameters())


def test_wrong_maps(neck):
    low, top = maps(1)
    with pytest.raises(ValueError, match=r'expected \[\(6, 1, 1\), \(8, 3'):
        neck([low, top[..., :2]], 1)
    with pytest.raises(ValueError, match='at least 2 frames a clip'):
        neck(maps(2, frames=1), 2)

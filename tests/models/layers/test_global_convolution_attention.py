# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmpretrain.models.backbones.resnet import ResLayer

from aen_mmaction.models.layers import GCABlock, GlobalConvolutionAttention


@pytest.fixture
def gate():
    torch.manual_seed(0)
    return GlobalConvolutionAttention(32, map_size=3, num_frames=4)


@pytest.mark.parametrize('num', [1, 3])
def test_equals_the_formula_frame_by_frame(gate, num):
    x = torch.randn(num * 4, 32, 3, 3)
    scaled, context = gate(x)
    kernel = gate.context.weight[:, 0]  # (C, H, W)
    w1, w2 = gate.reduce.weight[..., 0, 0], gate.expand.weight[..., 0, 0]
    g = (x * kernel).sum((2, 3))  # (N*T, C)
    w = 2 * torch.sigmoid(torch.relu(g @ w1.T) @ w2.T)
    for n in range(num):
        clip = slice(4 * n, 4 * n + 4)
        scale = (w[clip] * w[clip].mean(0) + 1e-5).sqrt()
        torch.testing.assert_close(scaled[clip],
                                   x[clip] * scale[:, :, None, None])
    torch.testing.assert_close(context[..., 0, 0], g)


def test_clips_do_not_see_each_other(gate):
    x = torch.randn(8, 32, 3, 3)
    together = gate(x)[0][4:]
    torch.testing.assert_close(together, gate(x[4:])[0])


def test_frames_of_a_clip_see_each_other(gate):
    x = torch.randn(4, 32, 3, 3)
    other = x.clone()
    other[3] += 5
    assert not torch.allclose(gate(x)[0][0], gate(other)[0][0])


@pytest.mark.parametrize('shape', [(4, 32, 4, 4), (3, 32, 3, 3)])
def test_wrong_map_or_number_of_frames(gate, shape):
    with pytest.raises(ValueError, match='T=4, H=W=3, got'):
        gate(torch.zeros(shape))


def test_block_fits_a_layer_of_mmpretrain():
    layer = ResLayer(
        GCABlock, 2, 16, 32, stride=2, map_size=3, num_frames=2).eval()
    x = torch.randn(4, 16, 6, 6)
    y = layer(x)
    assert y.shape == (4, 32, 3, 3) and y.min() >= 0
    y.sum().backward()
    assert all(p.grad is not None for p in layer.parameters())


def test_block_without_attention_is_a_basic_block():
    block = GCABlock(16, 16, map_size=3, num_frames=2).eval()
    block.gate.forward = lambda x: (x, None)
    x = torch.randn(2, 16, 3, 3)
    plain = super(GCABlock, block).forward(x)
    torch.testing.assert_close(block(x), plain)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.models.layers import WinogradConv2d, fits_winograd


@pytest.mark.parametrize('tile', [2, 4])
def test_one_pixel_spreads_the_kernel(tile):
    """A single 1 in the middle of 5 x 5: the kernel, turned by 180 degrees."""
    conv = nn.Conv2d(1, 1, 3, padding=1)
    conv.weight.data = torch.arange(1., 10).view(1, 1, 3, 3)
    conv.bias.data.fill_(.5)
    x = torch.zeros(1, 1, 5, 5)
    x[0, 0, 2, 2] = 1
    expected = torch.full((5, 5), .5)
    expected[1:4, 1:4] += torch.tensor([[9., 8, 7], [6, 5, 4], [3, 2, 1]])
    torch.testing.assert_close(
        WinogradConv2d(conv, tile)(x)[0, 0], expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize('tile', [2, 4])
@pytest.mark.parametrize('num', [1, 3, 7])
@pytest.mark.parametrize('size', [(1, 1), (4, 4), (7, 5), (2, 9)])
@torch.no_grad()
def test_same_as_direct(tile, num, size):
    torch.manual_seed(num)
    conv = nn.Conv2d(5, 6, 3, padding=1, bias=num != 3)
    x = torch.randn(num, 5, *size)
    y = WinogradConv2d(conv, tile)(x)
    assert y.shape == (num, 6, *size)
    torch.testing.assert_close(y, conv(x), atol=1e-5, rtol=1e-5)
    last = x.to(memory_format=torch.channels_last)
    torch.testing.assert_close(WinogradConv2d(conv, tile)(last), y)


@torch.no_grad()
def test_rounding_in_bfloat16():
    """At most three times that of the direct sum."""
    torch.manual_seed(0)
    conv, x = nn.Conv2d(64, 64, 3, padding=1), torch.randn(2, 64, 8, 8)
    y, found = conv(x), WinogradConv2d(conv).bfloat16()(x.bfloat16())
    direct = conv.bfloat16()(x.bfloat16())
    assert found.dtype == torch.bfloat16
    assert (found - y).std() < 3 * (direct - y).std()


@pytest.mark.parametrize('other', [
    dict(stride=2), dict(padding=0), dict(kernel_size=5),
    dict(dilation=2), dict(groups=2), dict(padding_mode='reflect')
])
def test_others_do_not_fit(other):
    conv = nn.Conv2d(**{
        **dict(in_channels=4, out_channels=4, kernel_size=3, padding=1),
        **other
    })
    assert not fits_winograd(conv) and not fits_winograd(nn.Linear(3, 3))
    with pytest.raises(ValueError, match='3x3 convolution of stride 1'):
        WinogradConv2d(conv)


def test_unknown_tile():
    with pytest.raises(ValueError, match='tile 2 or 4, got 3'):
        WinogradConv2d(nn.Conv2d(1, 1, 3, padding=1), 3)

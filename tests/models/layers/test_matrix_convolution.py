# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.models.layers import MatrixConv2d, fits_matrix


def conv_and_ours(**options):
    torch.manual_seed(0)
    conv = nn.Conv2d(
        **{
            **dict(in_channels=5, out_channels=6, kernel_size=3, padding=1,
                   bias=False),
            **options
        }).bfloat16()
    return conv, MatrixConv2d(conv)


@pytest.mark.parametrize('num', [1, 3, 7])
@pytest.mark.parametrize('stride', [1, 2])
@pytest.mark.parametrize('size', [(4, 4), (7, 5)])
def test_value_and_gradients_of_the_direct_sum(num, stride, size):
    """Beside float64; bfloat16 has 8 bits, so 2^-8 is 0.004."""
    conv, ours = conv_and_ours(stride=stride)
    x = torch.randn(num, 5, *size).bfloat16()
    sums = [x.double().requires_grad_(), conv.weight.double()]
    y = torch.conv2d(*sums, stride=stride, padding=1)
    grad = torch.randn_like(y).bfloat16()
    expected = (y, *torch.autograd.grad(y, sums, grad.double()))
    x.requires_grad_()
    found = ours(x)
    assert type(found.grad_fn).__name__ == '_ConvolutionBackward'
    found = (found, *torch.autograd.grad(found, [x, ours.weight], grad))
    for a, b in zip(found, expected):
        assert a.dtype == torch.bfloat16 and a.shape == b.shape
        assert (a - b).abs().max() < .01 * b.abs().max()


def test_by_hand():
    """One channel, one place: y = w_22 x, the others meet the border."""
    conv, ours = conv_and_ours(in_channels=1, out_channels=1)
    conv.weight.data = torch.arange(1., 10).view(1, 1, 3, 3).bfloat16()
    ours.weight = conv.weight
    x = torch.tensor([[[[2.]]]]).bfloat16().requires_grad_()
    y = ours(x)
    y.backward(torch.tensor([[[[3.]]]]).bfloat16())
    assert (y.item(), x.grad.item()) == (5 * 2, 5 * 3)
    assert ours.weight.grad.flatten().tolist() == [0] * 4 + [6] + [0] * 4


def test_autocast_and_float32():
    conv, ours = conv_and_ours()
    conv, ours = conv.float(), ours.float()
    assert [name for name, _ in ours.named_parameters()] == ['weight']
    x = torch.randn(2, 5, 4, 4)
    torch.testing.assert_close(ours(x), conv(x), rtol=0, atol=0)
    with torch.autocast('cpu', torch.bfloat16):
        y = ours(x)
        torch.testing.assert_close(y, conv(x), rtol=.02, atol=.02)
    assert y.dtype == torch.bfloat16
    y.float().sum().backward()
    assert ours.weight.grad.dtype == torch.float32


def test_frozen_weights_and_inputs():
    conv, ours = conv_and_ours()
    ours.weight.requires_grad_(False)
    x = torch.randn(1, 5, 4, 4).bfloat16().requires_grad_()
    ours(x).sum().backward()
    assert x.grad is not None and ours.weight.grad is None


def test_bias():
    conv, ours = conv_and_ours(bias=True)
    x = torch.randn(2, 5, 4, 4).bfloat16()
    torch.testing.assert_close(ours(x), conv(x), rtol=.02, atol=.02)
    ours(x).sum().backward()
    assert conv.bias.grad.tolist() == [2 * 4 * 4] * 6


@pytest.mark.parametrize('other', [
    dict(padding=0), dict(kernel_size=5), dict(dilation=2),
    dict(stride=(1, 2)), dict(padding_mode='reflect')
])
def test_others_do_not_fit(other):
    with pytest.raises(ValueError, match='3x3 convolution of padding 1'):
        conv_and_ours(**other)
    assert not fits_matrix(nn.Linear(3, 3))


@pytest.mark.parametrize('stride', [1, 2])
def test_gradients_of_gradients_are_refused(stride):
    _, ours = conv_and_ours(stride=stride)
    x = torch.randn(1, 5, 4, 4).bfloat16().requires_grad_()
    gradient, = torch.autograd.grad(
        ours(x).square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match='once_differentiable'):
        gradient.sum().backward()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.models.layers import SmallMapConv2d, is_plain_3x3
from aen_mmaction.models.layers.small_map_convolution import \
    convolve_side_by_side


def conv_and_ours(**options):
    torch.manual_seed(0)
    conv = nn.Conv2d(
        **{
            **dict(in_channels=5, out_channels=6, kernel_size=3, padding=1,
                   bias=False),
            **options
        }).bfloat16()
    return conv, SmallMapConv2d(conv)


WAYS = [  # size, stride, columns of an image among its neighbours
    ((4, 4), 1, None),  # no convolution: products of matrices
    ((2, 3), 1, None),
    ((4, 4), 2, 6),  # 4 and 2 of zeros
    ((7, 5), 1, 6),
    ((7, 8), 1, 9),
    ((6, 7), 2, 8),
    ((3, 9), 1, 'alone'),
    ((3, 17), 2, 'alone')
]


@pytest.mark.parametrize('num', [1, 3, 6, 7, 8, 12])
@pytest.mark.parametrize('size, stride', [way[:2] for way in WAYS])
def test_value_and_gradients_of_the_direct_sum(num, size, stride):
    """Beside float64; bfloat16 has 8 bits, so 2^-8 is 0.004."""
    conv, ours = conv_and_ours(stride=stride)
    x = torch.randn(num, 5, *size).bfloat16()
    sums = [x.double().requires_grad_(), conv.weight.double()]
    y = torch.conv2d(*sums, stride=stride, padding=1)
    grad = torch.randn_like(y).bfloat16()
    expected = (y, *torch.autograd.grad(y, sums, grad.double()))
    x.requires_grad_()
    found = ours(x)
    found = (found, *torch.autograd.grad(found, [x, ours.weight], grad))
    for a, b in zip(found, expected):
        assert a.dtype == torch.bfloat16 and a.shape == b.shape
        assert (a - b).abs().max() < .01 * b.abs().max()


@pytest.mark.parametrize('num, joined', [(1, 1), (3, 1), (6, 2), (8, 8),
                                         (12, 4)])
@pytest.mark.parametrize('size, stride, columns', WAYS)
def test_which_way(monkeypatch, num, joined, size, stride, columns):
    """By the width of the output map and the number of images."""
    found = []

    def conv2d(x, *args, **kwargs):
        found.append(tuple(x.shape))
        return torch.conv2d(x, *args, **kwargs)

    monkeypatch.setattr(torch.nn.functional, 'conv2d', conv2d)
    _, ours = conv_and_ours(stride=stride)
    ours(torch.randn(num, 5, *size).bfloat16())
    if columns is None:
        assert not found
    elif columns == 'alone' or joined == 1:
        assert found == [(num, 5, *size)]
    else:
        assert found == [(num // joined, 5, size[0], joined * columns)]


def test_neighbours_do_not_meet():
    """Two images of one row and 5 columns, kernel all 1.

    | 1 0 0 0 2 0 | 3 0 0 0 0 0 |: sums of three neighbours; the 2 and the 3
    have a zero between.
    """
    x = torch.tensor([[1., 0, 0, 0, 2], [3, 0, 0, 0, 0]])
    y = convolve_side_by_side(
        x.view(2, 1, 1, 5).bfloat16(),
        torch.ones(1, 1, 3, 3).bfloat16(), None, 1, 2)
    assert y.view(2, 5).tolist() == [[1, 1, 0, 2, 2], [3, 3, 0, 0, 0]]


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


@pytest.mark.parametrize('bias', [True, False])
@pytest.mark.parametrize('size, stride', [way[:2] for way in WAYS])
def test_autocast_and_float32(size, stride, bias):
    conv, ours = conv_and_ours(stride=stride, bias=bias)
    conv, ours = conv.float(), ours.float()
    assert [name for name, _ in ours.named_parameters()
            ] == ['weight', 'bias'][:1 + bias]
    x = torch.randn(8, 5, *size)
    torch.testing.assert_close(ours(x), conv(x), rtol=0, atol=0)
    with torch.autocast('cpu', torch.bfloat16):
        y = ours(x)
        torch.testing.assert_close(y, conv(x), rtol=.02, atol=.02)
    assert y.dtype == torch.bfloat16
    y.float().sum().backward()
    assert ours.weight.grad.dtype == torch.float32


@pytest.mark.parametrize('size', [(4, 4), (7, 5)])
def test_traced_whole_for_each_number_of_images(size):
    """As --speed compiled-bfloat16 and train.py --compile do."""
    _, ours = conv_and_ours()
    traced = torch.compile(ours, backend='aot_eager', fullgraph=True)

    def results(layer, num):
        x = torch.ones(num, 5, *size).bfloat16().requires_grad_()
        y = layer(x)
        return y, *torch.autograd.grad(y.sum(), [x, layer.weight])

    for num in (8, 6, 3):
        for a, b in zip(results(traced, num), results(ours, num)):
            torch.testing.assert_close(a, b, rtol=.02, atol=.02)


def test_frozen_weights_and_inputs():
    conv, ours = conv_and_ours()
    ours.weight.requires_grad_(False)
    x = torch.randn(1, 5, 4, 4).bfloat16().requires_grad_()
    ours(x).sum().backward()
    assert x.grad is not None and ours.weight.grad is None


@pytest.mark.parametrize('size', [(4, 4), (4, 5)])
def test_bias(size):
    conv, ours = conv_and_ours(bias=True)
    ours(torch.randn(2, 5, *size).bfloat16()).sum().backward()
    assert conv.bias.grad.tolist() == [2 * size[0] * size[1]] * 6


def test_no_images():
    _, ours = conv_and_ours()
    for width in (4, 6):
        y = ours(torch.empty(0, 5, 4, width).bfloat16())
        assert y.shape == (0, 6, 4, width)


@pytest.mark.parametrize('other', [
    dict(padding=0), dict(kernel_size=5), dict(dilation=2),
    dict(stride=(1, 2)), dict(padding_mode='reflect')
])
def test_others_do_not_fit(other):
    with pytest.raises(ValueError, match='3x3 convolution of padding 1'):
        conv_and_ours(**other)
    assert not is_plain_3x3(nn.Linear(3, 3))


def test_gradients_of_gradients():
    """Refused for products of matrices; side by side they are PyTorch's."""
    _, ours = conv_and_ours()

    def second(width):
        x = torch.randn(2, 5, 4, width).bfloat16().requires_grad_()
        gradient, = torch.autograd.grad(
            ours(x).square().sum(), x, create_graph=True)
        gradient.sum().backward()
        return x.grad

    assert second(6).abs().sum() > 0
    with pytest.raises(RuntimeError, match='once_differentiable'):
        second(4)


def test_replacing_draws_no_random_numbers():
    """So that a seed starts a network from the same weights."""
    conv, before = nn.Conv2d(2, 2, 3, padding=1), torch.get_rng_state()
    SmallMapConv2d(conv)
    assert torch.equal(torch.get_rng_state(), before)

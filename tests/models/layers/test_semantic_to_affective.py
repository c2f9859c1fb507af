# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
from torch import nn

from aen_mmaction.models.layers import SemanticToAffectiveConverter


def _loops(layer, affective, semantic, dim):
    """Eq. 1 entry by entry (without the residual)."""
    rows = []
    w1, b1 = layer.query.weight.tolist(), layer.query.bias.tolist()
    w2, b2 = layer.out.weight.tolist(), layer.out.bias.tolist()
    for f, v in zip(affective.tolist(), semantic.tolist()):
        c = len(v)
        q = [b1[i] + sum(w * x for w, x in zip(w1[i], f)) for i in range(c)]
        e = [[math.exp(q[i] * v[j] / math.sqrt(c)) for j in range(c)]
             for i in range(c)]
        if dim == -1:  # each row i sums to 1 over j
            a = [[e[i][j] / sum(e[i]) for j in range(c)] for i in range(c)]
        else:  # each column j sums to 1 over i
            a = [[e[i][j] / sum(e[k][j] for k in range(c)) for j in range(c)]
                 for i in range(c)]
        y = [sum(a[i][j] * v[j] for j in range(c)) for i in range(c)]
        rows.append(
            [b2[i] + sum(w2[i][j] * y[j] for j in range(c)) for i in range(c)])
    return torch.tensor(rows)


def test_literal_numbers():
    """C = 4, so sqrt(C) = 2; W_1 and W_2 are the identity."""
    layer = SemanticToAffectiveConverter(4, 4, residual=False)
    with torch.no_grad():
        for linear in (layer.query, layer.out):
            linear.weight.copy_(torch.eye(4))
            linear.bias.zero_()
    log3 = math.log(3)
    f = torch.tensor([[0., 2., 2 * log3, 0.]])
    v = torch.tensor([[0., 0., 0., 1.]])
    # row i: logits (0, 0, 0, f_i / 2), value 1 only at the last channel
    expected = [
        1 / 4,  # f = 0: uniform
        math.e / (3 + math.e),  # f / 2 = 1
        3 / (3 + 3),  # f / 2 = log 3
        1 / 4,
    ]
    torch.testing.assert_close(layer(f, v), torch.tensor([expected]))


@pytest.mark.parametrize('dim', [-1, -2])
@pytest.mark.parametrize('num', [1, 3, 7])
def test_against_loops(dim, num):
    torch.manual_seed(num)
    layer = SemanticToAffectiveConverter(5, 7, False, softmax_dim=dim)
    f, v = 3 * torch.randn(num, 5), 3 * torch.randn(num, 7)
    torch.testing.assert_close(
        layer(f, v), _loops(layer, f, v, dim), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('dim', [-1, -2])
def test_rows_and_columns_differ(dim):
    torch.manual_seed(0)
    layer = SemanticToAffectiveConverter(5, 7, False, softmax_dim=dim)
    f, v = 3 * torch.randn(2, 5), 3 * torch.randn(2, 7)
    other = _loops(layer, f, v, -3 - dim)
    assert (layer(f, v) - other).abs().max() > 1e-2


@pytest.mark.parametrize('in_dim', [5, 7])
def test_residual_is_added(in_dim):
    torch.manual_seed(0)
    layer = SemanticToAffectiveConverter(in_dim, 7)
    f, v = torch.randn(3, in_dim), torch.randn(3, 7)
    shortcut = f if in_dim == 7 else layer.shortcut(f)
    torch.testing.assert_close(
        layer(f, v), _loops(layer, f, v, -1) + shortcut, rtol=1e-4, atol=1e-5)


def test_residual_map_only_where_widths_differ():
    assert isinstance(SemanticToAffectiveConverter(5, 7).shortcut, nn.Linear)
    assert isinstance(SemanticToAffectiveConverter(7, 7).shortcut, nn.Identity)
    assert SemanticToAffectiveConverter(5, 7, False).shortcut is None


@pytest.mark.parametrize('residual', [True, False])
@pytest.mark.parametrize('dim', [-1, -2])
def test_blind_to_the_order_of_the_channels_of_v(dim, residual):
    """y_i sums over all channels j of V alike: Eq. 1 sees a bag of values.

    The residual carries F_{a-1} past this, not V: the blindness stays, so
    whatever V tells must lie in its set of values.
    """
    layer = SemanticToAffectiveConverter(5, 7, residual, dim)
    f, v = torch.randn(3, 5), 3 * torch.randn(3, 7)
    permuted = v[:, torch.tensor([6, 0, 5, 1, 4, 2, 3])]
    torch.testing.assert_close(
        layer(f, v), layer(f, permuted), rtol=1e-4, atol=1e-5)
    assert (layer(f, v) - layer(f, 2 * v)).abs().max() > 1e-3


def test_every_parameter_and_both_inputs_get_gradient():
    layer = SemanticToAffectiveConverter(5, 7)
    f = torch.randn(3, 5, requires_grad=True)
    v = torch.randn(3, 7, requires_grad=True)
    layer(f, v).square().sum().backward()
    tensors = dict(layer.named_parameters(), f=f, v=v)
    for name, tensor in tensors.items():
        assert tensor.grad is not None and tensor.grad.abs().sum() > 0, name


def test_bfloat16_autocast_stays_near():
    layer = SemanticToAffectiveConverter(5, 7)
    f, v = torch.randn(3, 5), torch.randn(3, 7)
    with torch.autocast('cpu', torch.bfloat16):
        half = layer(f, v)
        layer(f, v.bfloat16())  # as it comes from a layer under autocast
    torch.testing.assert_close(half.float(), layer(f, v), rtol=.05, atol=.05)


def test_wrong_shapes():
    layer = SemanticToAffectiveConverter(5, 7)
    good_f, good_v = torch.zeros(3, 5), torch.zeros(3, 7)
    with pytest.raises(ValueError, match=r'affective .*N=3, 5\), got \(3, 6'):
        layer(torch.zeros(3, 6), good_v)
    with pytest.raises(ValueError, match=r'semantic .*N=3, 7\), got \(2, 7'):
        layer(good_f, good_v[:2])
    with pytest.raises(ValueError, match=r'semantic .*got \(3, 7, 1\)'):
        layer(good_f, good_v.unsqueeze(-1))
    with pytest.raises(ValueError, match='softmax_dim: expected -1'):
        SemanticToAffectiveConverter(5, 7, softmax_dim=1)

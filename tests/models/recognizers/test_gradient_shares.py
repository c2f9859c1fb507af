# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch

from aen_mmaction.models.recognizers.gradient_shares import gradient_shares


def test_two_terms_by_hand():
    low = torch.zeros(3, requires_grad=True)
    top = torch.zeros(4, requires_grad=True)
    terms = dict(
        loss_mc=3 * low[0] + 4 * top[1],  # norm sqrt(3^2 + 4^2) = 5
        loss_ta=15 * top.mean() * 4 / 2**1,  # 7.5 for each of 4: norm 15
        spread_v0=100 * low.sum())
    shares = gradient_shares(terms, [low, top])
    assert set(shares) == {'grad_share_mc', 'grad_share_ta'}
    torch.testing.assert_close(shares['grad_share_mc'], torch.tensor(5 / 20))
    torch.testing.assert_close(shares['grad_share_ta'], torch.tensor(15 / 20))


def test_nothing_is_left_behind():
    weight = torch.ones(2, requires_grad=True)
    maps = [weight * 2]
    terms = dict(loss_mc=maps[0].sum())
    gradient_shares(terms, maps)
    assert weight.grad is None
    terms['loss_mc'].backward()  # the graph is still there
    assert weight.grad.tolist() == [2, 2]


def test_a_term_without_gradient_has_no_share():
    x = torch.ones(2, requires_grad=True)
    other = torch.ones(2, requires_grad=True)
    shares = gradient_shares(
        dict(loss_mc=x.sum(), loss_ga=other.sum(), loss_ta=torch.zeros(())),
        [x])
    assert {k: float(v) for k, v in shares.items()} == dict(
        grad_share_mc=1, grad_share_ga=0, grad_share_ta=0)
    assert gradient_shares(dict(loss_mc=0 * x.sum()),
                           [x])['grad_share_mc'] == 0

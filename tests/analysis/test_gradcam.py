# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate
from torch import nn

from aen_mmaction.analysis.gradcam import (frame_shares, grad_cam,
                                           heat_on_frames)


class Toy(nn.Module):
    """Its input is the map, (N, T, C, H, W); logits are linear in it.

    ``weight`` (K, C, H, W) times the map, summed over C, H, W and frames.
    """

    def __init__(self, weight, video=False):
        super().__init__()
        self.weight, self.video = weight, video
        self.backbone = nn.Identity()

    def data_preprocessor(self, batch, training):
        return dict(batch, inputs=batch['inputs'].clone())

    def forward(self, inputs, samples, mode):
        n = len(inputs)
        maps = self.backbone(
            inputs.transpose(1, 2) if self.video else inputs.flatten(0, 1))
        x = maps.transpose(1, 2) if self.video else maps.unflatten(0, (n, -1))
        logits = torch.einsum('ntchw,kchw->nk', x, self.weight)
        return [SimpleNamespace(pred_score=p) for p in logits.softmax(-1)]


def explain(weight, maps, labels, weights='element', video=False):
    batch = dict(inputs=maps, data_samples=None)
    heat, = grad_cam(Toy(weight, video), batch, labels, weights)
    return heat


@pytest.mark.parametrize('video', [False, True])
def test_by_hand(video):
    """log p_0 of logits (z, 0): gradient (1 - p_0) w = w / 2 at z = 0.

    The map is (2, -2 | 3, -3): heat is ReLU(w a / 2) with w = (1, 1).
    """
    weight = torch.tensor([[[[1., 1.]]], [[[0., 0.]]]])  # (2, 1, 1, 2)
    maps = torch.tensor([[[[[2., -2.]]], [[[3., -3.]]]]])  # (1, 2, 1, 1, 2)
    heat = explain(weight, maps, [0], video=video)
    assert heat.tolist() == [[[[1., 0.]], [[1.5, 0.]]]]
    np.testing.assert_allclose(frame_shares(heat[0]), [.4, .6])
    against = explain(weight, maps, [1], video=video)
    assert against.tolist() == [[[[0., 1.]], [[0., 1.5]]]]


def test_both_kinds_agree_where_the_map_is_averaged():
    """And only there: a head that looks at one place shows the difference."""
    torch.manual_seed(0)
    maps = torch.rand(3, 4, 5, 2, 2)
    averaged = torch.randn(7, 5, 1, 1).expand(7, 5, 2, 2)
    kinds = [explain(averaged, maps, [0, 1, 2], kind)
             for kind in ('element', 'channel')]
    torch.testing.assert_close(*kinds)

    corner = torch.zeros(7, 5, 2, 2)
    corner[0, :, 0, 0] = 1
    element, channel = (explain(corner, maps, [0, 0, 0], kind)
                        for kind in ('element', 'channel'))
    assert not element[..., 1, :].any() and element[..., 0, 0].all()
    assert channel[..., 1, 1].all()  # where nothing is looked at


@pytest.mark.parametrize('num', [1, 3, 7])
def test_levels_of_a_recognizer(build, memory_set, num):
    model = build()
    batch = pseudo_collate([*map(memory_set(range(num)).__getitem__,
                                 range(num))])
    heats = grad_cam(model, batch, list(range(num)))
    assert [tuple(h.shape) for h in heats] == [
        (num, 4, 8, 8), (num, 4, 2, 2), (num, 4, 1, 1)]
    assert all((h >= 0).all() and h.any() for h in heats)
    assert all(p.grad is None for p in model.parameters())
    alone = grad_cam(model, pseudo_collate([memory_set(range(num))[0]]), [0])
    for one, many in zip(alone, heats):  # a clip's heat is its own
        torch.testing.assert_close(one[0], many[0], rtol=1e-4, atol=1e-9)


def test_a_frozen_backbone_is_explained_too(build, memory_set):
    model = build().requires_grad_(False)
    heats = grad_cam(model, pseudo_collate([memory_set([0])[0]]), [0])
    assert len(heats) == 3 and heats[0].any()


def test_a_stock_recognizer_is_explained(stock, memory_set):
    """TSN averages its top map: both kinds agree."""
    data = memory_set([0, 1], size=64)
    batch = pseudo_collate([data[0], data[1]])
    element, = grad_cam(stock, batch, [0, 1])
    channel, = grad_cam(stock, batch, [0, 1], 'channel')
    assert element.shape == (2, 4, 2, 2) and element.any()
    torch.testing.assert_close(element, channel, rtol=1e-4, atol=1e-8)


def test_enlarged_to_frames():
    heat = torch.tensor([[[1., 3.]], [[5., 5.]]])  # T' = 2, 1 x 2
    large = heat_on_frames(heat, 4, 8)
    assert large.shape == (4, 8, 8)
    np.testing.assert_array_equal(large[0], large[1])
    np.testing.assert_array_equal(large[2:], 5)
    assert large[0, :, 0].tolist() == [1] * 8  # left, right
    assert large[0, :, -1].tolist() == [3] * 8
    assert frame_shares(torch.zeros(3, 2, 2)).tolist() == [0, 0, 0]


def test_refusals(build, memory_set):
    batch = pseudo_collate([memory_set([0])[0]])
    with pytest.raises(ValueError, match="weights: expected one of .*'cam'"):
        grad_cam(build(), batch, [0], 'cam')
    toy = Toy(torch.zeros(2, 1, 1, 1))
    toy.backbone.register_forward_hook(lambda m, i, out: out.sum((2, 3)))
    maps = dict(inputs=torch.zeros(1, 2, 1, 1, 1), data_samples=None)
    toy.forward = lambda inputs, samples, mode: toy.backbone(
        inputs.flatten(0, 1))
    with pytest.raises(ValueError, match='a backbone that returns maps'):
        grad_cam(toy, maps, [0])

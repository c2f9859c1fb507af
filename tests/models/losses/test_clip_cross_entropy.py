# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS

from aen_mmaction.models.losses import ClipCrossEntropyLoss, clip_cross_entropy

LOGITS = torch.tensor([[.5, .25, .25], [.1, .1, .8]]).log()


def test_literal():
    # clip 0: -log .5; clip 1: -log .8
    found = clip_cross_entropy(LOGITS, torch.tensor([0, 2]))
    assert found.item() == pytest.approx((-math.log(.5) - math.log(.8)) / 2)


def test_literal_soft_labels_and_weights():
    soft = torch.tensor([[.7, .3, 0], [0, 0, 1]])
    # clip 0: .7 * -log .5 + .3 * -log .25, weight .7 * 1 + .3 * 2 = 1.3
    # clip 1: -log .8, weight 5
    first = .7 * math.log(2) + .3 * math.log(4)
    expected = (1.3 * first + 5 * -math.log(.8)) / 2
    found = clip_cross_entropy(LOGITS, soft, torch.tensor([1., 2., 5.]))
    assert found.item() == pytest.approx(expected)


@pytest.mark.parametrize('num', [1, 3, 7])
def test_is_the_cross_entropy(num):
    torch.manual_seed(num)
    logits, labels = torch.randn(num, 7), torch.randint(7, (num, ))
    soft = torch.rand(num, 7).softmax(-1)
    for target in (labels, soft):
        torch.testing.assert_close(
            clip_cross_entropy(logits, target),
            F.cross_entropy(logits, target))
    weights = torch.rand(7)
    torch.testing.assert_close(
        clip_cross_entropy(logits, labels, weights),
        F.cross_entropy(logits, labels, weights, reduction='sum') / num)
    torch.testing.assert_close(
        clip_cross_entropy(logits, F.one_hot(labels, 7).float(), weights),
        clip_cross_entropy(logits, labels, weights))


@pytest.mark.parametrize('labels, error, text', [
    (torch.tensor([0, 3]), ValueError, 'class indices 0..2, got 0..3'),
    (torch.tensor([0., 1.]), TypeError, 'expected integer'),
    (torch.tensor([0]), ValueError, r'expected shape \(N=2\)'),
    (torch.ones(2, 2) / 2, ValueError, r'expected shape \(N=2, K=3\)'),
    (torch.ones(2, 3), ValueError, 'sum to 1'),
    (torch.tensor([[2., -1, 0]] * 2), ValueError, 'not negative'),
])
def test_wrong_labels(labels, error, text):
    with pytest.raises(error, match=text):
        clip_cross_entropy(LOGITS, labels)


def test_wrong_number_of_weights():
    with pytest.raises(ValueError, match=r'class_weights: .*\(K=3\)'):
        clip_cross_entropy(LOGITS, torch.tensor([0, 1]), torch.ones(2))


def test_module():
    labels = torch.tensor([0, 2])
    loss = MODELS.build(
        dict(
            type='ClipCrossEntropyLoss',
            class_weights=[1, 2, 3],
            loss_weight=.5))
    assert isinstance(loss, ClipCrossEntropyLoss)
    expected = .5 * clip_cross_entropy(LOGITS, labels,
                                       torch.tensor([1., 2, 3]))
    torch.testing.assert_close(loss(LOGITS, labels), expected)

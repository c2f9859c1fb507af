# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
import torch.nn.functional as F

from aen_mmaction.models.losses import IntensityAwareLoss, intensity_aware


def test_literal():
    # y = 0, its rival is 2: log(1 + e^(3 - 2)); y = 1, rival 0: log(1 + e^-4)
    logits = torch.tensor([[2., 1., 3.], [0., 4., -1.]])
    expected = (math.log(1 + math.e) + math.log(1 + math.exp(-4))) / 2
    assert intensity_aware(logits, torch.tensor([0, 1])).item() == (
        pytest.approx(expected, rel=1e-6))


@pytest.mark.parametrize('num', [1, 3, 7])
def test_is_the_cross_entropy_of_the_true_class_and_its_rival(num):
    torch.manual_seed(num)
    logits, labels = torch.randn(num, 7) * 3, torch.randint(0, 7, (num, ))
    masked = logits.clone()
    for row, label in zip(masked, labels):
        rival = max((j for j in range(7) if j != label), key=lambda j: row[j])
        for j in range(7):
            if j not in (label, rival):
                row[j] -= 9999
    torch.testing.assert_close(
        intensity_aware(logits, labels), F.cross_entropy(masked, labels))


def test_two_classes_are_the_plain_cross_entropy():
    torch.manual_seed(0)
    logits, labels = torch.randn(5, 2), torch.randint(0, 2, (5, ))
    torch.testing.assert_close(
        intensity_aware(logits, labels), F.cross_entropy(logits, labels))


def test_gradient_reaches_the_true_class_and_the_rival_only():
    logits = torch.tensor([[2., 1., 3., 2.9]], requires_grad=True)
    intensity_aware(logits, torch.tensor([0])).backward()
    grad = logits.grad[0]
    assert grad[0] < 0 < grad[2] and grad[1] == grad[3] == 0
    assert grad.sum().item() == pytest.approx(0, abs=1e-7)


def test_huge_logits_stay_finite():
    logits = torch.tensor([[-1e4, 1e4]], requires_grad=True)
    loss = intensity_aware(logits, torch.tensor([0]))
    loss.backward()
    assert loss.item() == 2e4 and logits.grad.isfinite().all()


def test_half_precision_gives_float32():
    logits = torch.randn(3, 7).bfloat16()
    loss = intensity_aware(logits, torch.tensor([0, 1, 2]))
    assert loss.dtype == torch.float32


def test_module_weighs():
    logits, labels = torch.randn(3, 7), torch.tensor([0, 1, 2])
    torch.testing.assert_close(
        IntensityAwareLoss(loss_weight=0.1)(logits, labels),
        0.1 * intensity_aware(logits, labels))


@pytest.mark.parametrize('logits, labels, message', [
    (torch.zeros(2, 7), torch.tensor([0]), r'labels: expected shape \(N=2\)'),
    (torch.zeros(7), torch.tensor([0]), 'logits: expected shape'),
    (torch.zeros(1, 1), torch.tensor([0]), 'at least 2 classes, got 1'),
    (torch.zeros(1, 7), torch.tensor([7]), '0..6, got 7..7'),
])
def test_wrong_input(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        intensity_aware(logits, labels)

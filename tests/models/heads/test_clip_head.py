# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.models.heads import ClipHead
from aen_mmaction.models.losses import intensity_aware
from aen_mmaction.models.structures import ClipFeatures

LOSSES = dict(
    loss_cls=dict(type='CrossEntropyLoss'),
    loss_ial=dict(type='IntensityAwareLoss', loss_weight=0.5))


def features(num):
    torch.manual_seed(num)
    return ClipFeatures([], [torch.randn(num, 4), torch.randn(num, 6)])


def samples(num):
    return [ActionDataSample().set_gt_label(i % 7) for i in range(num)]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_losses_and_auxiliary_classifier(num):
    head = ClipHead((4, 6), losses=LOSSES, aux_levels=(0, ),
                    aux_weights=(0.05, ))
    feats, labels = features(num), torch.arange(num) % 7
    terms = head.loss(feats, samples(num))
    logits = feats.clip_feats[1] @ head.classifier.weight.T + (
        head.classifier.bias)
    first, second = head.aux_classifiers[0]
    aux = feats.clip_feats[0] @ first.weight.T @ second.weight.T
    assert first.weight.shape == (8, 4) and first.bias is None
    torch.testing.assert_close(terms['loss_cls'],
                               F.cross_entropy(logits, labels))
    torch.testing.assert_close(terms['loss_ial'],
                               0.5 * intensity_aware(logits, labels))
    torch.testing.assert_close(terms['loss_aux'],
                               0.05 * F.cross_entropy(aux, labels))
    assert set(terms) == {'loss_cls', 'loss_ial', 'loss_aux'}


def test_default_is_the_cross_entropy_of_the_top_level():
    head = ClipHead((4, 6))
    terms = head.loss(features(3), samples(3))
    assert set(terms) == {'loss_cls'}
    terms['loss_cls'].backward()
    assert all(p.grad is not None for p in head.parameters())
    assert head.classes == DFEW_CLASSES and not head.needs_guide


@pytest.mark.parametrize('num', [1, 3, 7])
def test_prediction(num):
    head, feats = ClipHead((4, 6)), features(num)
    found = head.predict(feats, samples(num))
    for sample, row in zip(found, head(feats)):
        torch.testing.assert_close(sample.pred_score, row.softmax(-1))
        assert sample.pred_label.item() == row.argmax()


@pytest.mark.parametrize('options, message', [
    (dict(losses=dict(ce=dict(type='CrossEntropyLoss'))), "'loss_'"),
    (dict(losses=dict(loss_aux=dict(type='CrossEntropyLoss'))), 'taken'),
    (dict(losses={}), "'loss_'"),
    (dict(aux_levels=(0, ), aux_weights=()), 'as many weights as levels'),
    (dict(aux_levels=(2, ), aux_weights=(1., )), r'got \(2,\)'),
])
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        ClipHead((4, 6), **options)


def test_soft_labels_reach_the_losses_that_take_them():
    head = ClipHead((4, 6), losses=dict(
        loss_cls=dict(type='ClipCrossEntropyLoss'),
        loss_ial=dict(type='IntensityAwareLoss')))
    feats, votes = features(3), torch.rand(3, 7).softmax(-1)
    batch = samples(3)
    for sample, row in zip(batch, votes):
        sample.set_field(row.numpy(), 'soft_label')
    terms = head.loss(feats, batch)
    torch.testing.assert_close(terms['loss_cls'],
                               F.cross_entropy(head(feats), votes))
    torch.testing.assert_close(
        terms['loss_ial'],
        0.1 * intensity_aware(head(feats), torch.arange(3)))
    with pytest.raises(ValueError, match='all 4 clips.*found them in 3'):
        head.loss(features(4), batch + samples(1))

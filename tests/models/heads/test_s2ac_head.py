# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.structures import ActionDataSample

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.models.heads import S2ACHead
from aen_mmaction.models.losses import (global_affectivity,
                                        hierarchical_cross_entropy,
                                        temporal_affectivity)
from aen_mmaction.models.structures import ClipFeatures

DIMS = [6, 5, 4]
MEMBERS = [[0, 4], [2], [1, 3, 5, 6]]  # groups by hand


def feats_of(num, frames=4, dims=DIMS):
    return ClipFeatures([torch.randn(num, frames, d) for d in dims],
                        [torch.randn(num, d) for d in dims])


def samples_of(labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_shapes(num):
    logits = S2ACHead(DIMS)(feats_of(num))
    assert logits.global_logits.shape == (num, 7)
    assert logits.group_logits.shape == (num, 3)
    assert logits.emotion_logits.shape == (num, 7)


def test_forward_is_the_chain_of_equation_1():
    head = S2ACHead(DIMS)
    feats = feats_of(3)
    low, middle, top = feats.clip_feats
    f_1 = head.converters[0](top, middle)
    f_2 = head.converters[1](f_1, low)
    logits = head(feats)
    assert torch.equal(logits.global_logits, head.global_classifier(top))
    assert torch.equal(logits.group_logits, head.group_classifier(f_1))
    assert torch.equal(logits.emotion_logits, head.emotion_classifier(f_2))


@pytest.mark.parametrize('order, coarse', [((1, 0), 1), ((0, 1), 0)])
def test_level_order_says_what_the_groups_see(order, coarse):
    head = S2ACHead(DIMS, level_order=order)
    feats = feats_of(2)
    before = head(feats)
    for level in (0, 1):
        changed = [f.clone() for f in feats.clip_feats]
        changed[level][:, 0] += 5
        after = head(ClipFeatures(feats.frame_feats, changed))
        assert torch.equal(before.global_logits, after.global_logits)
        assert torch.equal(before.group_logits,
                           after.group_logits) == (level != coarse)
        assert not torch.equal(before.emotion_logits, after.emotion_logits)


@pytest.mark.parametrize('order', [(1, ), (1, 3), (2, 1, 0), (-1, 0)])
def test_wrong_level_order(order):
    with pytest.raises(ValueError, match='level_order.*0 to 2.*got'):
        S2ACHead(DIMS, level_order=order)


def test_converter_options_arrive():
    head = S2ACHead(DIMS, converter=dict(residual=False, softmax_dim=-2))
    assert [c.shortcut for c in head.converters] == [None, None]
    assert {c.softmax_dim for c in head.converters} == {-2}


@pytest.mark.parametrize('num', [1, 3, 7])
def test_prediction_is_equation_3(num):
    head = S2ACHead(DIMS)
    feats = feats_of(num)
    logits = head(feats)
    samples = head.predict(feats, samples_of(range(num)))
    for i, sample in enumerate(samples):
        whole, groups, local = (x[i].softmax(-1) for x in logits)
        expected = 0.7 * local + 0.3 * whole
        torch.testing.assert_close(sample.pred_score, expected)
        assert sample.pred_label.tolist() == [int(expected.argmax())]
        for g, members in enumerate(MEMBERS):
            torch.testing.assert_close(
                sample.pred_group_score[g],
                0.7 * groups[g] + 0.3 * whole[members].sum())
        torch.testing.assert_close(sample.pred_score.sum(), torch.tensor(1.))
        assert sample.pred_group_score.shape == (3, )
        assert sample.gt_label.tolist() == [i]


def test_alpha_of_the_prediction():
    feats = feats_of(1)
    assert S2ACHead(DIMS).alpha == 0.7
    mc = dict(type='HierarchicalCrossEntropyLoss', alpha=0.5)
    assert S2ACHead(DIMS, loss_mc=mc).alpha == 0.5
    for alpha, which in ((0., 0), (1., 2)):  # global, local
        head = S2ACHead(DIMS, loss_mc=mc, test_alpha=alpha)
        assert head.alpha == alpha
        torch.testing.assert_close(
            head.predict(feats, samples_of([0]))[0].pred_score,
            head(feats)[which][0].softmax(-1))


@pytest.mark.parametrize('labels', [[3], [6, 0, 6], [4, 5, 0, 3, 1, 6, 2]])
def test_losses_are_the_three_functions_weighted(labels):
    """Seven clips of seven emotions included: N == K is no special case."""
    head = S2ACHead(DIMS)
    feats, frame_logits = feats_of(len(labels)), torch.randn(len(labels), 4, 7)
    losses = head.loss(feats, samples_of(labels), frame_logits)
    assert set(losses) == {
        'loss_mc', 'loss_ta', 'loss_ga', 'spread_v0', 'spread_v1', 'spread_v2'
    }
    whole, groups, local = head(feats)
    y, seven = torch.tensor(labels), EmotionHierarchy()
    torch.testing.assert_close(
        losses['loss_mc'],
        hierarchical_cross_entropy(groups, local, whole, y, seven))
    torch.testing.assert_close(
        losses['loss_ta'], 0.4 * temporal_affectivity(
            feats.clip_feats, feats.frame_feats, frame_logits, y))
    torch.testing.assert_close(
        losses['loss_ga'],
        0.5 * global_affectivity(groups, local, frame_logits, seven))
    assert all(v.shape == () for v in losses.values())


def test_spread_by_hand():
    feats = feats_of(2)
    feats.clip_feats[0] = torch.tensor([[0., 1, 1, 1, 1, 1],
                                        [6., 1, 1, 1, 1, 1]])
    head = S2ACHead(DIMS, loss_ta=None, loss_ga=None)
    losses = head.loss(feats, samples_of([0, 1]))
    # deviations from the mean: 3 and 3 in one of six channels
    torch.testing.assert_close(losses['spread_v0'], torch.tensor(3 / 6))
    assert not [k for k in losses if 'loss' in k and k != 'loss_mc']
    assert S2ACHead(DIMS, loss_ta=None, loss_ga=None).loss(
        feats_of(1), samples_of([0]))['spread_v0'] == 0  # one clip: no NaN


@pytest.mark.parametrize('ta, ga', [(None, 'GlobalAffectivityLoss'),
                                    ('TemporalAffectivityLoss', None),
                                    (None, None)])
def test_terms_can_be_switched_off(ta, ga):
    head = S2ACHead(
        DIMS, loss_ta=ta and dict(type=ta), loss_ga=ga and dict(type=ga))
    assert head.needs_guide == bool(ta or ga)
    losses = head.loss(feats_of(2), samples_of([0, 1]), torch.randn(2, 4, 7))
    assert ('loss_ta' in losses, 'loss_ga' in losses) == (bool(ta), bool(ga))


def test_other_emotions_and_groups():
    head = S2ACHead(
        DIMS,
        classes=('happy', 'sad', 'Anger'),
        groups=dict(up=('happy', ), down=('sad', 'angry')))
    assert head.classes == ('happy', 'sad', 'angry')
    logits = head(feats_of(2))
    assert [x.shape[1] for x in logits] == [3, 2, 3]
    with pytest.raises(ValueError, match='labels'):
        head.loss(feats_of(1), samples_of([3]), torch.randn(1, 4, 3))


def test_every_parameter_gets_a_gradient():
    head = S2ACHead(DIMS)
    losses = head.loss(feats_of(3), samples_of([0, 1, 2]),
                       torch.randn(3, 4, 7))
    sum(v for k, v in losses.items() if 'loss' in k).backward()
    assert [n for n, p in head.named_parameters()
            if p.grad is None or not p.grad.any()] == []


def test_the_channels_of_the_spread_have_no_gradient():
    feats = feats_of(2)
    for f in feats.clip_feats:
        f.requires_grad_()
    losses = S2ACHead(DIMS).loss(feats, samples_of([0, 1]),
                                 torch.randn(2, 4, 7))
    assert not losses['spread_v0'].requires_grad


@pytest.mark.parametrize('alpha', [0., 0.7, 1.])
def test_prediction_may_mix_logarithms(alpha):
    head = S2ACHead(DIMS, test_alpha=alpha, test_mix='logs')
    feats = feats_of(3)
    logits = head(feats)
    local, glob = (x.softmax(-1) for x in (logits.emotion_logits,
                                           logits.global_logits))
    mixed = local**alpha * glob**(1 - alpha)
    for sample, row in zip(
            head.predict(feats, samples_of([0, 1, 2])), mixed):
        torch.testing.assert_close(sample.pred_score, row / row.sum())
        assert sample.pred_label.item() == row.argmax()


def test_wrong_mix():
    with pytest.raises(ValueError, match="'probs', 'logs'.*got 'log'"):
        S2ACHead(DIMS, test_mix='log')


def test_soft_labels_are_for_the_classification_loss():
    head, feats = S2ACHead(DIMS), feats_of(2)
    batch, frame_logits = samples_of([3, 1]), torch.randn(2, 4, 7)
    plain = head.loss(feats, batch, frame_logits)
    votes = torch.rand(2, 7).softmax(-1)
    for sample, row in zip(batch, votes):
        sample.set_field(row.numpy(), 'soft_label')
    found = head.loss(feats, batch, frame_logits)
    logits = head(feats)
    torch.testing.assert_close(
        found['loss_mc'],
        hierarchical_cross_entropy(logits.group_logits, logits.emotion_logits,
                                   logits.global_logits, votes,
                                   EmotionHierarchy()))
    for key in ('loss_ta', 'loss_ga'):
        assert torch.equal(found[key], plain[key])

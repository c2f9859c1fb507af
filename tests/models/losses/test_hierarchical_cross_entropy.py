# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.models.losses import (HierarchicalCrossEntropyLoss,
                                        group_log_probs,
                                        hierarchical_cross_entropy,
                                        mixed_probabilities)

MODES = ('log_of_mix', 'mix_of_logs', 'literal')
SEVEN = EmotionHierarchy()  # DFEW order: happy sad neutral angry surprise ...
THREE = EmotionHierarchy(('happy', 'sad', 'surprise'),
                         dict(positive=('happy', 'surprise'),
                              negative=('sad', )))


def _logits(*probs):
    return torch.tensor(probs).log().unsqueeze(0)


def _softmax(row):
    e = [math.exp(x - max(row)) for x in row]
    return [x / sum(e) for x in e]


def _loops(group, emotion, glob, labels, alpha, mode, weights, score):
    """Eq. 2 and 3 clip by clip, groups written out by hand."""
    members = [[0, 4], [2], [1, 3, 5, 6]]
    total = 0.
    for g, e, o, y in zip(group.tolist(), emotion.tolist(), glob.tolist(),
                          labels.tolist()):
        g, e, o = _softmax(g), _softmax(e), _softmax(o)
        parent = next(j for j, m in enumerate(members) if y in m)
        own = [o[k] for k in members[parent]]
        if score == 'sum':
            o_group = sum(own)
        else:
            o_group = math.exp(sum(map(math.log, own)) / len(own))
        for w, local, other in ((weights[0], g[parent], o_group),
                                (weights[1], e[y], o[y])):
            total += w * {
                'log_of_mix': -math.log(alpha * local + (1 - alpha) * other),
                'mix_of_logs': -alpha * math.log(local) -
                               (1 - alpha) * math.log(other),
                'literal': -(alpha * local + (1 - alpha) * other),
            }[mode]
    return total / len(labels)


@pytest.mark.parametrize('mode, expected', [
    # a=1: local .9, global .5 + .2 = .7;  a=2: local .4, global .2
    ('log_of_mix', -math.log(.7 * .9 + .3 * .7) - math.log(.7 * .4 + .3 * .2)),
    ('mix_of_logs', -.7 * math.log(.9) - .3 * math.log(.7) -
     .7 * math.log(.4) - .3 * math.log(.2)),
    ('literal', -(.7 * .9 + .3 * .7) - (.7 * .4 + .3 * .2)),
])
def test_literal_numbers(mode, expected):
    loss = hierarchical_cross_entropy(
        _logits(.9, .1),  # positive, negative
        _logits(.5, .1, .4),  # happy, sad, surprise
        _logits(.5, .3, .2),
        torch.tensor([2]),
        THREE,
        mode=mode)
    torch.testing.assert_close(loss, torch.tensor(expected))


def test_group_scores_literal():
    """Happy .3 and surprise .4: their sum, or their geometric mean."""
    log_probs = _logits(.3, .3, .4)
    torch.testing.assert_close(
        group_log_probs(log_probs, THREE).exp(), torch.tensor([[.7, .3]]))
    torch.testing.assert_close(
        group_log_probs(log_probs, THREE, 'mean_of_logs').exp(),
        torch.tensor([[math.sqrt(.3 * .4), .3]]))


@pytest.mark.parametrize('score', ['sum', 'mean_of_logs'])
@pytest.mark.parametrize('mode', MODES)
@pytest.mark.parametrize('num', [1, 3, 7])  # 7: N == K
def test_against_loops(num, mode, score):
    torch.manual_seed(num)
    group, emotion, glob = (3 * torch.randn(num, k) for k in (3, 7, 7))
    labels = torch.randint(7, (num, ))
    loss = hierarchical_cross_entropy(group, emotion, glob, labels, SEVEN, .6,
                                      mode, (.6, 1.4), score)
    want = _loops(group, emotion, glob, labels, .6, mode, (.6, 1.4), score)
    torch.testing.assert_close(loss, torch.tensor(want), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('mode', ['log_of_mix', 'mix_of_logs'])
def test_alpha_extremes_are_plain_cross_entropy(mode):
    torch.manual_seed(0)
    group, emotion, glob = (torch.randn(5, k) for k in (3, 7, 7))
    labels = torch.tensor([0, 1, 2, 5, 6])
    parents = torch.tensor([0, 2, 1, 2, 2])
    ce = torch.nn.functional.cross_entropy
    glob_group = SEVEN.group_probs(glob.softmax(-1)).log()
    local = ce(group, parents) + ce(emotion, labels)
    other = ce(glob_group, parents) + ce(glob, labels)
    for alpha, want in ((1, local), (0, other)):
        torch.testing.assert_close(
            hierarchical_cross_entropy(group, emotion, glob, labels, SEVEN,
                                       alpha, mode), want)


@pytest.mark.parametrize('score', ['sum', 'mean_of_logs'])
@pytest.mark.parametrize('mode', MODES)
@pytest.mark.parametrize('alpha', [0., .7, 1.])
@pytest.mark.parametrize('sign', [1, -1])
def test_finite_at_extreme_logits(alpha, mode, score, sign):
    """Hopelessly wrong or right by 1e4: loss and gradient stay finite."""
    logits = [torch.zeros(2, k) for k in (3, 7, 7)]
    for x in logits:
        x[:, 0] = sign * 1e4
        x.requires_grad_()
    loss = hierarchical_cross_entropy(*logits, torch.tensor([0, 6]), SEVEN,
                                      alpha, mode, group_score=score)
    loss.backward()
    assert loss.isfinite()
    assert all(x.grad.isfinite().all() for x in logits)


def test_gradient_is_mix_of_posteriors():
    """d(-log P_O)/d local logit = -r (onehot - softmax), r the local share.

    r = alpha p_local / (alpha p_local + (1 - alpha) p_global).
    """
    emotion = torch.tensor([[1., 2., 3.]], requires_grad=True)
    glob = torch.tensor([[.5, -1., 0.]])
    loss = hierarchical_cross_entropy(
        torch.zeros(1, 2), emotion, glob, torch.tensor([1]), THREE,
        level_weights=(0, 1))
    loss.backward()
    p, q = emotion.detach().softmax(-1), glob.softmax(-1)
    r = .7 * p[0, 1] / (.7 * p[0, 1] + .3 * q[0, 1])
    torch.testing.assert_close(emotion.grad,
                               -r * (torch.tensor([[0., 1., 0.]]) - p))


@pytest.mark.parametrize('mode', MODES)
def test_every_head_gets_gradient(mode):
    logits = [torch.randn(3, k, requires_grad=True) for k in (3, 7, 7)]
    hierarchical_cross_entropy(
        *logits, torch.tensor([0, 2, 6]), SEVEN, mode=mode).backward()
    assert all(x.grad.abs().sum() > 0 for x in logits)


def test_permuting_the_classes_changes_nothing():
    torch.manual_seed(0)
    group, emotion, glob = (torch.randn(4, k) for k in (3, 7, 7))
    labels = torch.tensor([0, 2, 4, 5])
    order = torch.tensor([3, 6, 0, 5, 1, 4, 2])  # new place -> old class
    renamed = EmotionHierarchy([SEVEN.classes[i] for i in order])
    torch.testing.assert_close(
        hierarchical_cross_entropy(group, emotion, glob, labels, SEVEN),
        hierarchical_cross_entropy(group, emotion[:, order], glob[:, order],
                                   order.argsort()[labels], renamed))


def test_bfloat16_gives_float32():
    logits = [torch.randn(3, k).bfloat16() for k in (3, 7, 7)]
    labels = torch.tensor([0, 2, 6])
    want = hierarchical_cross_entropy(*(x.float() for x in logits), labels,
                                      SEVEN)
    with torch.autocast('cpu', torch.bfloat16):
        loss = hierarchical_cross_entropy(*logits, labels, SEVEN)
    assert loss.dtype == torch.float32 and loss.shape == ()
    torch.testing.assert_close(loss, want)


def test_mixed_probabilities():
    """Eq. 3: .7 * (.9, .1) + .3 * (.5 + .2, .3) at the group level."""
    glob = _logits(.5, .3, .2)
    torch.testing.assert_close(
        mixed_probabilities(_logits(.9, .1), glob, .7, THREE),
        torch.tensor([[.7 * .9 + .3 * .7, .7 * .1 + .3 * .3]]))
    torch.testing.assert_close(
        mixed_probabilities(_logits(.5, .1, .4), glob, .7),
        torch.tensor([[.7 * .5 + .3 * .5, .7 * .1 + .3 * .3, .34]]))


def test_mixed_probabilities_sum_to_one():
    glob = torch.randn(7, 7).bfloat16()
    for local, hierarchy in ((torch.randn(7, 7), None),
                             (torch.randn(7, 3), SEVEN)):
        probs = mixed_probabilities(local, glob, .7, hierarchy)
        assert probs.dtype == torch.float32
        torch.testing.assert_close(probs.sum(-1), torch.ones(7))


def test_module_is_registered_and_weighted():
    cfg = dict(type='HierarchicalCrossEntropyLoss', mode='mix_of_logs',
               level_weights=(.6, 1.4), group_score='mean_of_logs', alpha=.5,
               loss_weight=2)
    module = MODELS.build(cfg)
    assert isinstance(module, HierarchicalCrossEntropyLoss)
    args = [torch.randn(2, k) for k in (3, 7, 7)] + [torch.tensor([1, 2])]
    want = hierarchical_cross_entropy(*args, SEVEN, .5, 'mix_of_logs',
                                      (.6, 1.4), 'mean_of_logs')
    torch.testing.assert_close(module(*args, hierarchy=SEVEN), 2 * want)


@pytest.mark.parametrize('change, error, text', [
    (dict(labels=torch.tensor([0, 7])), ValueError, '0..6, got 0..7'),
    (dict(labels=torch.tensor([-1, 2])), ValueError, 'got -1..2'),
    (dict(labels=torch.tensor([0., 1.])), TypeError, 'integer class indices'),
    (dict(labels=torch.tensor([0])), ValueError, r'labels: .*N=2\), got \(1,'),
    (dict(emotion_logits=torch.zeros(2, 8)), ValueError,
     r'emotion_logits: expected shape \(N, K=7\), got \(2, 8\)'),
    (dict(group_logits=torch.zeros(2, 7)), ValueError,
     r'group_logits: expected shape \(N=2, G=3\), got \(2, 7\)'),
    (dict(global_logits=torch.zeros(3, 7)), ValueError,
     r'global_logits: expected shape \(N=2, K=7\), got \(3, 7\)'),
    (dict(mode='log'), ValueError, "mode: expected one of .*got 'log'"),
    (dict(group_score='mean'), ValueError, 'group_score: expected one of'),
    (dict(alpha=1.5), ValueError, 'alpha: .*got 1.5'),
])
def test_errors(change, error, text):
    args = dict(
        group_logits=torch.zeros(2, 3),
        emotion_logits=torch.zeros(2, 7),
        global_logits=torch.zeros(2, 7),
        labels=torch.tensor([0, 6]),
        hierarchy=SEVEN)
    with pytest.raises(error, match=text):
        hierarchical_cross_entropy(**{**args, **change})


def test_empty_batch():
    with pytest.raises(ValueError, match='at least one clip'):
        hierarchical_cross_entropy(
            torch.zeros(0, 3), torch.zeros(0, 7), torch.zeros(0, 7),
            torch.zeros(0, dtype=torch.long), SEVEN)


@pytest.mark.parametrize('mode', MODES)
def test_soft_labels_and_weights(mode):
    """The loss is linear in q: a mixture of the loss of hard labels."""
    torch.manual_seed(0)
    logits = torch.randn(1, 3), torch.randn(1, 7), torch.randn(1, 7)
    soft = torch.tensor([[.5, .3, 0, 0, .2, 0, 0]])
    weights = torch.arange(1., 8)
    hard = [
        hierarchical_cross_entropy(*logits, torch.tensor([k]), SEVEN,
                                   mode=mode) for k in range(7)
    ]
    expected = .5 * hard[0] + .3 * hard[1] + .2 * hard[4]
    found = hierarchical_cross_entropy(*logits, soft, SEVEN, mode=mode)
    torch.testing.assert_close(found, expected)
    found = hierarchical_cross_entropy(
        *logits, soft, SEVEN, mode=mode, class_weights=weights)
    share = .5 * 1 + .3 * 2 + .2 * 5  # weight of the clip, 2.1
    torch.testing.assert_close(found, share * expected)


def test_module_weighs_classes():
    torch.manual_seed(0)
    logits = torch.randn(2, 3), torch.randn(2, 7), torch.randn(2, 7)
    labels = torch.tensor([6, 0])
    loss = HierarchicalCrossEntropyLoss(class_weights=[0.] * 6 + [2.])
    first = [x[:1] for x in logits]
    expected = 2 * hierarchical_cross_entropy(*first, labels[:1], SEVEN) / 2
    torch.testing.assert_close(loss(*logits, labels, SEVEN), expected)

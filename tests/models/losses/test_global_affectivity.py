# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.models.losses import (GlobalAffectivityLoss,
                                        affectivity_targets,
                                        global_affectivity)

TARGETS = ('mean', 'softmax_sum', 'softmax_mean', 'softmax_sum_logit')
SEVEN = EmotionHierarchy()
THREE = EmotionHierarchy(('happy', 'sad', 'surprise'),
                         dict(positive=('happy', 'surprise'),
                              negative=('sad', )))
MEMBERS = [[0, 4], [2], [1, 3, 5, 6]]  # groups of SEVEN, by hand


def _inputs(num=3, frames=4, seed=0):
    torch.manual_seed(seed)
    return (torch.randn(num, 3), torch.randn(num, 7),
            2 * torch.randn(num, frames, 7))


def _softmax(row):
    e = [math.exp(x) for x in row]
    return [x / sum(e) for x in e]


def _loops(group, emotion, frame_logits, betas, target, reduction,
           group_target):
    """Eq. 5 number by number."""
    total = 0.
    for g, e, frames in zip(group.tolist(), emotion.tolist(),
                            frame_logits.tolist()):
        scores = frames if target == 'softmax_sum_logit' else [
            _softmax(f) for f in frames]
        pooled = [sum(column) for column in zip(*scores)]
        if target in ('mean', 'softmax_mean'):
            pooled = [x / len(frames) for x in pooled]
        rho = list if target == 'mean' else _softmax
        fine = rho(pooled)
        if group_target == 'sum':
            coarse = rho([sum(pooled[k] for k in m) for m in MEMBERS])
        else:
            coarse = [sum(fine[k] for k in m) / len(m) for m in MEMBERS]
        for beta, logits, wanted in ((betas[0], g, coarse),
                                     (betas[1], e, fine)):
            gaps = [1 / (1 + math.exp(-x)) - s
                    for x, s in zip(logits, wanted)]
            if reduction == 'l1_mean':
                total += beta * sum(map(abs, gaps)) / len(gaps)
            else:
                norm = sum(gap**2 for gap in gaps)
                total += beta * norm / (1 if reduction == 'sum' else len(gaps))
    return torch.tensor(total / len(group))


def test_literal_numbers():
    """Zero logits: sigmoid 1/2 everywhere."""
    probs = torch.tensor([[[.5, .3, .2], [.3, .5, .2]]])  # mean .4 .4 .2
    loss = global_affectivity(
        torch.zeros(1, 2), torch.zeros(1, 3), probs.log(), THREE)
    group = (.5 - .6)**2 + (.5 - .4)**2  # .4 + .2 positive, .4 negative
    emotion = (.5 - .4)**2 + (.5 - .4)**2 + (.5 - .2)**2
    torch.testing.assert_close(loss, torch.tensor(1.4 * group + .6 * emotion))


def test_targets_literal():
    probs = torch.tensor([[[.5, .3, .2], [.3, .5, .2]]])
    wanted = {
        'mean': ([.6, .4], [.4, .4, .2]),
        'softmax_sum': (_softmax([1.2, .8]), _softmax([.8, .8, .4])),
        'softmax_mean': (_softmax([.6, .4]), _softmax([.4, .4, .2])),
        # softmax(log .15, log .15, log .04); groups: sums of these logs
        'softmax_sum_logit': ([.006 / .156, .15 / .156],
                              [.15 / .34, .15 / .34, .04 / .34]),
    }
    for name, (group, emotion) in wanted.items():
        got = affectivity_targets(probs.log(), THREE, name)
        torch.testing.assert_close(got[0], torch.tensor([group]))
        torch.testing.assert_close(got[1], torch.tensor([emotion]))
    released = affectivity_targets(probs.log(), THREE, 'mean', 'released')[0]
    torch.testing.assert_close(released, torch.tensor([[(.4 + .2) / 2, .4]]))


@pytest.mark.parametrize('group_target', ['sum', 'released'])
@pytest.mark.parametrize('reduction', ['sum', 'mean', 'l1_mean'])
@pytest.mark.parametrize('target', TARGETS)
@pytest.mark.parametrize('num', [1, 3, 7])  # 7: N == K
def test_against_loops(num, target, reduction, group_target):
    inputs = _inputs(num, seed=num)
    options = ((1.3, .8), target, reduction, group_target)
    loss = global_affectivity(*inputs, SEVEN, *options)
    torch.testing.assert_close(
        loss, _loops(*inputs, *options), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('target', TARGETS)
def test_summed_targets_are_distributions(target):
    for probs in affectivity_targets(_inputs()[2], SEVEN, target):
        torch.testing.assert_close(probs.sum(-1), torch.ones(3))


def test_zero_when_the_sigmoids_meet_the_mean():
    frame_logits = _inputs()[2]
    group, emotion = affectivity_targets(frame_logits, SEVEN)
    loss = global_affectivity(group.logit(), emotion.logit(), frame_logits,
                              SEVEN)
    assert loss < 1e-10


@pytest.mark.parametrize('target, same', [('mean', True),
                                          ('softmax_mean', True),
                                          ('softmax_sum', False),
                                          ('softmax_sum_logit', False)])
def test_dependence_on_clip_length(target, same):
    """Every frame shown twice: a mean does not notice, a sum sharpens."""
    group, emotion, frame_logits = _inputs()
    once = global_affectivity(group, emotion, frame_logits, SEVEN,
                              target=target)
    twice = global_affectivity(group, emotion, frame_logits.repeat(1, 2, 1),
                               SEVEN, target=target)
    assert torch.allclose(once, twice, atol=1e-6) is same


def test_gradient():
    """2 beta / N (sigmoid - S) sigmoid (1 - sigmoid), for every logit."""
    group, emotion, frame_logits = _inputs()
    group.requires_grad_(), emotion.requires_grad_()
    global_affectivity(group, emotion, frame_logits, SEVEN).backward()
    targets = affectivity_targets(frame_logits, SEVEN)
    for beta, x, wanted in zip((1.4, .6), (group, emotion), targets):
        s = x.detach().sigmoid()
        torch.testing.assert_close(
            x.grad, 2 * beta / 3 * (s - wanted) * s * (1 - s))


@pytest.mark.parametrize('target', TARGETS)
def test_finite_at_extreme_logits(target):
    group, emotion, frame_logits = (1e4 * x.sign() for x in _inputs())
    group.requires_grad_()
    loss = global_affectivity(group, emotion, frame_logits, SEVEN,
                              target=target)
    loss.backward()
    assert loss.isfinite() and group.grad.isfinite().all()


def test_bfloat16_gives_float32():
    half = [x.bfloat16() for x in _inputs()]
    want = global_affectivity(*(x.float() for x in half), SEVEN)
    with torch.autocast('cpu', torch.bfloat16):
        loss = global_affectivity(*half, SEVEN)
    assert loss.dtype == torch.float32 and loss.shape == ()
    torch.testing.assert_close(loss, want)


def test_module_is_registered_and_weighted():
    options = dict(level_weights=(1, 2), target='softmax_sum_logit',
                   reduction='l1_mean', group_target='released')
    module = MODELS.build(
        dict(type='GlobalAffectivityLoss', loss_weight=3, **options))
    assert isinstance(module, GlobalAffectivityLoss)
    inputs = _inputs()
    torch.testing.assert_close(
        module(*inputs, hierarchy=SEVEN),
        3 * global_affectivity(*inputs, SEVEN, **options))
    torch.testing.assert_close(GlobalAffectivityLoss()(*inputs, SEVEN),
                               .5 * global_affectivity(*inputs, SEVEN))


@pytest.mark.parametrize('change, text', [
    (dict(frame_logits=torch.zeros(3, 4, 8)),
     r'frame_logits: expected shape \(N=3, T, K=7\), got \(3, 4, 8\)'),
    (dict(frame_logits=torch.zeros(12, 7)), r'frame_logits: .*got \(12, 7\)'),
    (dict(emotion_logits=torch.zeros(3, 8)), r'emotion_logits: .*\(3, 8\)'),
    (dict(group_logits=torch.zeros(2, 3)),
     r'group_logits: expected shape \(N=3, G=3\), got \(2, 3\)'),
    (dict(target='max'), 'target: expected one of'),
    (dict(reduction='l2'), 'reduction: expected one of'),
    (dict(group_target='mean'), 'group_target: expected one of'),
])
def test_errors(change, text):
    args = dict(zip(('group_logits', 'emotion_logits', 'frame_logits'),
                    _inputs()), hierarchy=SEVEN)
    with pytest.raises(ValueError, match=text):
        global_affectivity(**{**args, **change})

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.models.losses import (TemporalAffectivityLoss, frame_weights,
                                        temporal_affectivity)

WIDTHS = (5, 4, 3)  # D_l of three levels


def _inputs(num=3, frames=4, classes=7, seed=0):
    torch.manual_seed(seed)
    clip_feats = [torch.randn(num, d) for d in WIDTHS]
    frame_feats = [torch.randn(num, frames, d) for d in WIDTHS]
    return (clip_feats, frame_feats, 2 * torch.randn(num, frames, classes),
            torch.randint(classes, (num, )))


def _loops(clip_feats, frame_feats, frame_logits, labels, reduction,
           normalize, score):
    """Eq. 4 number by number."""
    total = 0.
    num, frames, _ = frame_logits.shape
    for n in range(num):
        y = labels[n].item()
        weights = []
        for t in range(frames):
            z = frame_logits[n, t].tolist()
            prob = math.exp(z[y]) / sum(math.exp(x) for x in z)
            weights.append(z[y] if score == 'logit' else prob)
        if normalize:
            weights = [w / sum(weights) for w in weights]
        for v, i in zip(clip_feats, frame_feats):
            width = v.shape[1]
            distance = sum(
                abs(v[n, c].item() -
                    sum(weights[t] * i[n, t, c].item()
                        for t in range(frames))) for c in range(width))
            total += {
                'sum': distance,
                'mean': distance / width,
                'released': 3 * distance / width**2,
            }[reduction]
    return torch.tensor(total / num)


@pytest.mark.parametrize('reduction, expected', [
    ('sum', 1.25 + 0.25),
    ('mean', (1.25 + 0.25) / 2),
    ('released', 3 * (1.25 + 0.25) / 2 / 2),
])
def test_literal_numbers(reduction, expected):
    """One clip, one level, two frames of weight 1/4 and 3/4."""
    probs = torch.tensor([[[.25, .75], [.75, .25]]])
    frames = torch.tensor([[[4., 0.], [0., 1.]]])
    # target = 1/4 * (4, 0) + 3/4 * (0, 1) = (1, .75)
    clip = torch.tensor([[2.25, 1.]])  # differs by (1.25, .25)
    loss = temporal_affectivity([clip], [frames], probs.log(),
                                torch.tensor([0]), reduction)
    torch.testing.assert_close(loss, torch.tensor(expected))


def test_weights_literal():
    logits = torch.tensor([[[.2, .8], [.6, .4]]]).log()
    label = torch.tensor([0])
    torch.testing.assert_close(
        frame_weights(logits, label), torch.tensor([[.2, .6]]))
    torch.testing.assert_close(
        frame_weights(logits, label, normalize=True),
        torch.tensor([[.25, .75]]))  # .2 / .8, .6 / .8
    torch.testing.assert_close(
        frame_weights(logits, label, score='logit'),
        torch.tensor([[math.log(.2), math.log(.6)]]))


@pytest.mark.parametrize('normalize, score', [(False, 'prob'), (True, 'prob'),
                                              (False, 'logit')])
@pytest.mark.parametrize('reduction', ['mean', 'sum', 'released'])
@pytest.mark.parametrize('num', [1, 3, 7])  # 7: N == K
def test_against_loops(num, reduction, normalize, score):
    inputs = _inputs(num, seed=num)
    loss = temporal_affectivity(
        *inputs, reduction=reduction, normalize=normalize, score=score)
    want = _loops(*inputs, reduction, normalize, score)
    torch.testing.assert_close(loss, want, rtol=1e-5, atol=1e-5)


def test_zero_when_the_target_is_met():
    _, frame_feats, logits, labels = _inputs()
    weights = logits.softmax(-1)[torch.arange(3), :, labels]
    clip_feats = [torch.einsum('nt,ntd->nd', weights, f) for f in frame_feats]
    loss = temporal_affectivity(clip_feats, frame_feats, logits, labels)
    assert loss < 1e-6


def test_order_of_frames_does_not_matter():
    clip_feats, frame_feats, logits, labels = _inputs()
    order = [2, 0, 3, 1]
    torch.testing.assert_close(
        temporal_affectivity(clip_feats, frame_feats, logits, labels),
        temporal_affectivity(clip_feats, [f[:, order] for f in frame_feats],
                             logits[:, order], labels))


@pytest.mark.parametrize('detach', [True, False])
def test_gradient(detach):
    """+-1 / (N D_l) to each clip feature; to the frames only if asked."""
    clip_feats, frame_feats, logits, labels = _inputs()
    for x in clip_feats + frame_feats:
        x.requires_grad_()
    temporal_affectivity(
        clip_feats, frame_feats, logits, labels, detach=detach).backward()
    for clip, frames in zip(clip_feats, frame_feats):
        torch.testing.assert_close(clip.grad.abs(),
                                   torch.full_like(clip, 1 / clip.numel()))
        if detach:
            assert frames.grad is None
        else:
            weights = frame_weights(logits, labels).unsqueeze(-1)
            torch.testing.assert_close(
                frames.grad, -clip.grad.unsqueeze(1) * weights)


@pytest.mark.parametrize('normalize', [True, False])
def test_finite_at_extreme_logits(normalize):
    """All frames sure of another emotion: weights 0, or all alike."""
    clip_feats, frame_feats, logits, _ = _inputs()
    logits = torch.zeros_like(logits)
    logits[..., 0] = 1e4
    labels = torch.tensor([1, 1, 1])
    weights = frame_weights(logits, labels, normalize)
    torch.testing.assert_close(
        weights, torch.full((3, 4), .25 if normalize else 0.))
    assert temporal_affectivity(clip_feats, frame_feats, logits, labels,
                                normalize=normalize).isfinite()


def test_bfloat16_gives_float32():
    clip_feats, frame_feats, logits, labels = _inputs()
    half = [[x.bfloat16() for x in clip_feats],
            [x.bfloat16() for x in frame_feats], logits.bfloat16()]
    want = temporal_affectivity([x.float() for x in half[0]],
                                [x.float() for x in half[1]],
                                half[2].float(), labels)
    with torch.autocast('cpu', torch.bfloat16):
        loss = temporal_affectivity(*half, labels)
    assert loss.dtype == torch.float32 and loss.shape == ()
    torch.testing.assert_close(loss, want)


def test_module_is_registered_and_weighted():
    module = MODELS.build(
        dict(type='TemporalAffectivityLoss', reduction='released',
             detach=False, score='logit', loss_weight=3))
    assert isinstance(module, TemporalAffectivityLoss)
    inputs = _inputs()
    torch.testing.assert_close(
        module(*inputs), 3 * temporal_affectivity(
            *inputs, reduction='released', detach=False, score='logit'))
    torch.testing.assert_close(TemporalAffectivityLoss()(*inputs),
                               .4 * temporal_affectivity(*inputs))


@pytest.mark.parametrize('change, text', [
    (dict(frame_logits=torch.zeros(3, 5, 7)),
     r'frame_feats\[0\]: expected shape \(N=3, T=5, D=5\), got \(3, 4, 5\)'),
    (dict(frame_logits=torch.zeros(12, 7)),
     r'frame_logits: expected shape \(N, T, K\), got \(12, 7\)'),
    (dict(clip_feats=[torch.zeros(3, 5), torch.zeros(2, 4),
                      torch.zeros(3, 3)]),
     r'clip_feats\[1\]: expected shape \(N=3, D\), got \(2, 4\)'),
    (dict(frame_feats=[torch.zeros(3, 4, 5)] * 3),
     r'frame_feats\[1\]: .*D=4\), got \(3, 4, 5\)'),
    (dict(frame_feats=[torch.zeros(3, 4, 5)]), 'got 3 and 1'),
    (dict(labels=torch.tensor([0, 1, 7])), r'0\.\.6, got 0\.\.7'),
    (dict(reduction='none'), 'reduction: expected one of'),
    (dict(score='log'), 'score: expected one of'),
    (dict(score='logit', normalize=True), "needs score='prob'"),
])
def test_errors(change, text):
    args = dict(zip(('clip_feats', 'frame_feats', 'frame_logits', 'labels'),
                    _inputs()))
    with pytest.raises(ValueError, match=text):
        temporal_affectivity(**{**args, **change})

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from copy import deepcopy

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from aen_mmaction.models import acceleration
from aen_mmaction.models.acceleration import (SPEEDS, accelerate,
                                              merge_point_wise, quickest_speed)
from aen_mmaction.models.necks import LevelSqueeze

from .conftest import RECOGNIZER


@pytest.fixture
def model():
    """A tiny AEN whose batch norms have seen something."""
    model = MODELS.build(deepcopy(TINY)).eval()
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.uniform_(-.3, .3)
            layer.running_var.uniform_(.5, 2)
            layer.weight.data.uniform_(.5, 2)
            layer.bias.data.uniform_(-.3, .3)
    return model


TINY = deepcopy(RECOGNIZER)
TINY['cls_head'].update(loss_ta=None, loss_ga=None)


@torch.no_grad()
def scores(model, clips):
    logits = model.cls_head(model.extract_feat(clips)[0])
    return model.cls_head.scores(logits)['pred_score']


@pytest.mark.parametrize('num_clips', [1, 3, 7])
def test_float32_is_the_same_function(model, num_clips):
    clips = torch.rand(num_clips, 4, 3, 32, 32)
    before = scores(model, clips)
    after = scores(accelerate(model), clips)
    torch.testing.assert_close(after, before, atol=1e-6, rtol=0)
    assert not [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]


def test_bfloat16_is_near_and_its_weights_are_half(model):
    clips = torch.rand(3, 4, 3, 32, 32)
    before = scores(model, clips)
    after = scores(accelerate(model, 'bfloat16'), clips)
    assert after.dtype == torch.float32
    assert 0 < (after - before).abs().max() < .02
    assert {p.dtype for m in model.modules() if isinstance(m, nn.Linear)
            for p in m.parameters()} == {torch.bfloat16}
    assert {p.dtype for m in model.modules() if isinstance(m, nn.LayerNorm)
            for p in m.parameters()} == {torch.float32}


def test_two_point_wise_convolutions_are_one():
    """W_2 (W_1 x + b_1) + b_2 with numbers: 3 (2 x + 1) + 5 = 6 x + 8."""
    first, second = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)
    for conv, weight, bias in ((first, 2., 1.), (second, 3., 5.)):
        conv.weight.data.fill_(weight)
        conv.bias.data.fill_(bias)
    merged = merge_point_wise(first, second)
    assert (merged.weight.item(), merged.bias.item()) == (6, 8)
    pair, x = LevelSqueeze([(7, 3, 3), (4, 1, 1)]).convs[0], torch.rand(
        2, 7, 3, 3)
    torch.testing.assert_close(merge_point_wise(*pair)(x), pair(x))


def test_nothing_unused_is_computed(model):
    accelerate(model)
    assert [type(m) for m in model.neck.convs] == [nn.Conv2d, nn.Conv2d]
    assert all(level.lean for level in model.temporal.levels)


def test_batch_norms_that_do_not_follow_their_convolution(model):
    layers = model.backbone.layer1[0]._modules  # executed in another order
    for name in ('conv1', 'bn2', 'conv2', 'bn1'):
        layers[name] = layers.pop(name)
    with pytest.raises(ValueError, match='cannot be folded.*change by'):
        accelerate(model)


def test_without_a_compiler_it_says_so_and_runs(model, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError('no g++')

    said = []
    monkeypatch.setattr(torch, 'compile', broken)
    monkeypatch.setattr(acceleration, 'print_log',
                        lambda text, **_: said.append(text))
    clips = torch.rand(1, 4, 3, 32, 32)
    before = scores(model, clips)
    after = scores(accelerate(model, 'compiled'), clips)
    assert len(said) == 1 and 'RuntimeError: no g++' in said[0]
    torch.testing.assert_close(after, before, atol=1e-6, rtol=0)


def test_other_models_and_speeds_are_refused(model):
    with pytest.raises(TypeError, match='DFERRecognizer, got Linear'):
        accelerate(nn.Linear(1, 1))
    with pytest.raises(ValueError, match=f'speed.*{next(iter(SPEEDS))}'):
        accelerate(model, 'warp')


@pytest.mark.parametrize('gain, speed', [(3., 'bfloat16'), (1.4, 'float32')])
def test_auto_takes_what_multiplies_faster(model, monkeypatch, gain, speed):
    said = []
    monkeypatch.setattr(
        acceleration, '_product_seconds',
        lambda device, dtype: gain if dtype == torch.float32 else 1.)
    monkeypatch.setattr(acceleration, 'print_log',
                        lambda text, **_: said.append(text))
    assert quickest_speed(torch.device('cpu')) == speed
    assert said == [f'cpu: bfloat16 multiplies {gain:.1f} times as fast as '
                    f'float32, so --speed {speed}']
    accelerate(model, 'auto')
    assert model.cls_head.emotion_classifier.weight.dtype == SPEEDS[
        speed].dtype


def test_auto_measures():
    seconds = acceleration._product_seconds(torch.device('cpu'), torch.float32)
    assert 1e-5 < seconds < 10  # 2 Gflop

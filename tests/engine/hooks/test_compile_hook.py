# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import copy
import runpy
import sys
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from aen_mmaction.engine.hooks import CompileHook, compile_hook
from aen_mmaction.models.backbones import AENResNet


class Model(nn.Module):

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone

    def gradient(self, images):
        self.zero_grad()
        self.backbone(images)[-1].square().sum().backward()
        return {name: weight.grad for name, weight in self.named_parameters()}


@pytest.fixture
def tiny():
    torch.manual_seed(0)
    return Model(AENResNet(stem_channels=8, base_channels=8))


@pytest.mark.parametrize('works', [True, False])
def test_the_compiled_backbone_trains_as_the_other(monkeypatch, tiny, works):
    """The stages are compiled, the stem is not; names stay."""
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: works)
    layers = []

    def backend(graph, inputs):
        layers.extend(str(node.target) for node in graph.graph.nodes)
        return graph.forward

    names, images = list(tiny.state_dict()), torch.rand(2, 3, 32, 32)
    expected = tiny.gradient(images)
    CompileHook(backend).before_train(SimpleNamespace(model=tiny))
    torch.testing.assert_close(tiny.gradient(images), expected)
    assert list(tiny.state_dict()) == names
    # 8 blocks of two and 3 of shortcuts; the stem's is not among them
    assert sum('conv2d' in layer for layer in layers) == 19 * works
    assert not any('max_pool' in layer for layer in layers)


def test_a_backbone_without_stages_is_compiled_whole(monkeypatch):
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: True)
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    model = Model(nn.Sequential(nn.Conv2d(3, 3, 3), nn.MaxPool2d(2)))
    CompileHook(backend).before_train(SimpleNamespace(model=model))
    model.backbone(torch.rand(1, 3, 8, 8))
    graph, = graphs
    assert 'max_pool' in graph.code


def test_a_copy_has_weights_of_its_own(monkeypatch, tiny):
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: True)
    CompileHook('eager').before_train(SimpleNamespace(model=tiny))
    images = torch.rand(2, 3, 32, 32)
    expected = tiny.eval().backbone(images)[-1]
    twin = copy.deepcopy(tiny)
    for weight in tiny.parameters():
        weight.data.zero_()
    torch.testing.assert_close(twin.backbone(images)[-1], expected)


def test_what_wrapped_a_forward_before_stays(monkeypatch, tiny):
    """E.g. MMEngine's activation_checkpointing."""
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: True)
    calls = []

    def wrapped(images, forward=tiny.backbone.forward):
        calls.append(len(images))
        return forward(images)

    tiny.backbone.forward = wrapped
    CompileHook('eager').before_train(SimpleNamespace(model=tiny))
    tiny.gradient(torch.rand(2, 3, 32, 32))
    assert calls == [2]


def test_pooling_between_stages_is_compiled(monkeypatch):
    """MMAction2's ResNet3d with its second pooling."""
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: True)
    backbone = MODELS.build(
        dict(type='mmaction.ResNet3d', depth=18, pretrained=None,
             with_pool2=True))
    stem, pool2 = backbone.maxpool.forward, backbone.pool2.forward
    CompileHook('eager').before_train(
        SimpleNamespace(model=Model(backbone)))
    assert backbone.pool2.forward == pool2
    assert backbone.maxpool.forward != stem


@pytest.mark.parametrize('flags, times', [((), 0), (('--compile', ), 1)])
def test_train_compiles_when_asked(monkeypatch, request, flags, times):
    root = request.config.rootpath
    config = str(root / 'configs/aen_dfew_fold1.py')
    monkeypatch.setattr(sys, 'argv', ['train.py', config, *flags])
    tool = runpy.run_path(str(root / 'tools/train.py'))
    cfg = tool['merge_args'](Config.fromfile(config), tool['parse_args']())
    hooks = [hook['type'] for hook in cfg.custom_hooks]
    assert hooks.count('mmaction.CompileHook') == times and len(hooks) > times

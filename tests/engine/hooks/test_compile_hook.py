# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import runpy
import sys
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from torch import nn

from aen_mmaction.engine.hooks import CompileHook, compile_hook
from aen_mmaction.models.backbones import AENResNet


@pytest.mark.parametrize('works', [True, False])
def test_the_compiled_backbone_trains_as_the_other(monkeypatch, works):
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: works)
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    torch.manual_seed(0)
    model = nn.Module()
    model.backbone = AENResNet(stem_channels=8, base_channels=8)
    names, images = list(model.state_dict()), torch.rand(2, 3, 32, 32)

    def gradient():
        model.zero_grad()
        model.backbone(images)[-1].square().sum().backward()
        return model.backbone.conv1.weight.grad.clone()

    expected = gradient()
    CompileHook(backend).before_train(SimpleNamespace(model=model))
    torch.testing.assert_close(gradient(), expected)
    assert bool(graphs) == works and list(model.state_dict()) == names


@pytest.mark.parametrize('flags, times', [((), 0), (('--compile', ), 1)])
def test_train_compiles_when_asked(monkeypatch, request, flags, times):
    root = request.config.rootpath
    config = str(root / 'configs/aen_dfew_fold1.py')
    monkeypatch.setattr(sys, 'argv', ['train.py', config, *flags])
    tool = runpy.run_path(str(root / 'tools/train.py'))
    cfg = tool['merge_args'](Config.fromfile(config), tool['parse_args']())
    hooks = [hook['type'] for hook in cfg.custom_hooks]
    assert hooks.count('CompileHook') == times and len(hooks) > times

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest
import torch
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

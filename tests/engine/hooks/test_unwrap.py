# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmengine.registry import MODEL_WRAPPERS
from torch import nn

from aen_mmaction.engine.hooks.unwrap import unwrap_model


def test_only_wrappers_are_unwrapped():
    model = nn.Sequential(nn.Linear(2, 2))
    model.module = nn.Linear(1, 1)  # a part of that name is no wrapper's
    assert unwrap_model(model) is model
    wrapper = MODEL_WRAPPERS.get('DataParallel')(model)
    assert unwrap_model(wrapper) is model

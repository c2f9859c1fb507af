# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmengine.model import is_model_wrapper
from torch import nn


def unwrap_model(model: nn.Module) -> nn.Module:
    """The model inside a wrapper for several processes, or itself."""
    return model.module if is_model_wrapper(model) else model

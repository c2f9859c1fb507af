# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from functools import partial
from types import MethodType
from typing import Callable

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from aen_mmaction.models.acceleration import can_compile

from .unwrap import unwrap_model


@HOOKS.register_module()
class CompileHook(Hook):
    """Train with a backbone whose kernels ``torch.compile`` writes.

    MMEngine's ``compile=True`` compiles the whole step, which does not work
    with the samples' meta data. Weights, names and checkpoints are as without
    it. Compiling happens at the first batch, and again at the first of
    another size and for validation: minutes on a CPU.

    Where the backbone lists its stages (``res_layers`` of MMAction2's and
    mmpretrain's ResNets), what comes before them runs as it is: the
    compiler's gradient of max pooling is slower than PyTorch's on CPUs, and
    so is a batch norm that is compiled without its pooling.

    Args:
        backend (str): As in ``torch.compile``. Defaults to 'inductor'.
    """

    def __init__(self, backend: str = 'inductor') -> None:
        self.backend = backend

    def before_train(self, runner: Runner) -> None:
        """Put the compiled function in the place of the backbone's."""
        if not can_compile():
            return
        backbone = unwrap_model(runner.model).backbone
        stages = getattr(backbone, 'res_layers', None)
        for name, layer in backbone.named_children():
            if stages and name not in stages:
                _wrap_forward(layer, torch.compiler.disable)
        _wrap_forward(
            backbone,
            partial(torch.compile, backend=self.backend, dynamic=False))


def _wrap_forward(layer: nn.Module,
                  wrap: Callable[[Callable], Callable]) -> None:
    """Wrap what a layer does; a copy of the layer does it by itself."""
    layer.forward = MethodType(wrap(type(layer).forward), layer)

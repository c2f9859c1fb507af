# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from functools import partial
from types import MethodType
from typing import Callable, List

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from aen_mmaction.models.acceleration import can_compile

from .unwrap import unwrap_model

# Poolings of MMAction2's ResNet3d and C2D, listed with the stem
_BETWEEN_STAGES = ('pool2', 'maxpool3d_2')


@HOOKS.register_module()
class CompileHook(Hook):
    """Train with a backbone whose kernels ``torch.compile`` writes.

    MMEngine's ``compile=True`` compiles the whole step, which does not work
    with the samples' meta data. Weights, names and checkpoints are as without
    it. Compiling happens at the first batch, and again at the first of each
    other size and for validation: minutes on a CPU. After eight times PyTorch
    warns and goes on without it: keep the number of clips the same
    (``drop_last``).

    On CPUs the stem of mmpretrain's and MMAction2's ResNets (what comes
    before their ``res_layers``) runs as it is: the compiler's gradient of max
    pooling is slower than PyTorch's, and so is a batch norm that is compiled
    apart from it (docs/speed.md).

    Args:
        backend (str): As in ``torch.compile``. Defaults to 'inductor'.
    """

    def __init__(self, backend: str = 'inductor') -> None:
        self.backend = backend

    def before_train(self, runner: Runner) -> None:
        """Put the compiled function in the place of the backbone's.

        Where nothing can be compiled the log says so, and all stays.
        """
        if not can_compile():
            return
        backbone = unwrap_model(runner.model).backbone
        for layer in _stem(backbone):
            _wrap_forward(layer, torch.compiler.disable)
        _wrap_forward(
            backbone,
            partial(torch.compile, backend=self.backend, dynamic=False))


def _stem(backbone: nn.Module) -> List[nn.Module]:
    """What a ResNet on a CPU runs before its stages."""
    stages = getattr(backbone, 'res_layers', None)
    layers = dict(backbone.named_children())
    if not stages or stages[0] not in layers or (
            next(backbone.parameters()).device.type != 'cpu'):
        return []
    names = list(layers)[:list(layers).index(stages[0])]
    return [layers[name] for name in names if name not in _BETWEEN_STAGES]


def _wrap_forward(layer: nn.Module,
                  wrap: Callable[[Callable], Callable]) -> None:
    """Wrap what a layer does."""
    forward = layer.forward
    if getattr(forward, '__self__', None) is layer:  # bound anew in a copy
        layer.forward = MethodType(wrap(forward.__func__), layer)
    else:  # wrapped before, e.g. MMEngine's activation_checkpointing
        layer.forward = wrap(forward)

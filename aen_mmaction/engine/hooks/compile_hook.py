# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from aen_mmaction.models.acceleration import can_compile

from .unwrap import unwrap_model


@HOOKS.register_module()
class CompileHook(Hook):
    """Train with a backbone whose kernels ``torch.compile`` writes.

    MMEngine's ``compile=True`` compiles the whole step, which does not work
    with the samples' meta data. Weights, names and checkpoints are as without
    it. Compiling happens at the first batch, and again at the first of
    another size and for validation: minutes on a CPU.

    Args:
        backend (str): As in ``torch.compile``. Defaults to 'inductor'.
    """

    def __init__(self, backend: str = 'inductor') -> None:
        self.backend = backend

    def before_train(self, runner: Runner) -> None:
        """Put the compiled function in the place of the backbone's."""
        if can_compile():
            backbone = unwrap_model(runner.model).backbone
            backbone.forward = torch.compile(
                backbone.forward, backend=self.backend)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from aen_mmaction.models.acceleration import accelerate

from .unwrap import unwrap_model


@HOOKS.register_module()
class AccelerationHook(Hook):
    """Tests with faster arithmetic; see :func:`accelerate`.

    Args:
        speed (str): ``'auto'``, ``'float32'``, ``'bfloat16'``,
            ``'compiled'`` or ``'compiled-bfloat16'``.
    """

    def __init__(self, speed: str) -> None:
        self.speed = speed

    def before_test(self, runner: Runner) -> None:
        """Change the model once its weights are loaded."""
        accelerate(unwrap_model(runner.model), self.speed)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from aen_mmaction.memory import keep_freed_memory


@HOOKS.register_module()
class KeepMemoryHook(Hook):
    """Without a GPU the process keeps the memory it frees, to be faster.

    See :func:`keep_freed_memory`.
    """

    def before_run(self, runner: Runner) -> None:
        """Ask the C library for it."""
        if not torch.cuda.is_available():
            keep_freed_memory()

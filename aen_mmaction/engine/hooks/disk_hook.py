# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import Runner

from ...files import half_written
from ..disk import check_space, check_writable


@HOOKS.register_module()
class DiskHook(Hook):
    """Before a training: the work dir can be written, checkpoints will fit.

    What a kill in the middle of writing left is removed.

    Raises:
        OSError: If not; says what is needed and what is free.
    """

    priority = 'LOWEST'  # when CheckpointHook knows its folder

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Look, before the first step."""
        check_writable(runner.work_dir)
        for path in half_written(runner.work_dir):
            path.unlink()
            runner.logger.info(f'{path} removed: a kill left it half written')
        for hook in runner.hooks:
            if isinstance(hook, CheckpointHook):
                check_space(runner, hook)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os
import os.path as osp
import signal
import sys
import threading
from typing import Any, Optional

import torch
import torch.distributed as dist
from mmaction.registry import HOOKS
from mmengine.dist import is_distributed, is_main_process
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner

from ...files import write_atomic

NAME = 'preempted.pth'


@HOOKS.register_module()
class PreemptionHook(Hook):
    """On SIGTERM, as clusters send it: save, say how to go on, exit 0.

    The step (with gradient accumulation: until the optimizer's) or the
    evaluated batch is finished first. The checkpoint is
    ``<work dir>/preempted.pth``; :class:`ResumeHook` makes ``--resume`` go
    on inside the epoch. All processes stop after the same step, whichever
    got the signal. It is removed when the training is finished.
    """

    priority = 'LOWEST'  # when the step is complete

    def __init__(self) -> None:
        self._asked = False
        self._previous: Any = None
        self._group: Any = None

    def before_train(self, runner: Runner) -> None:
        """Listen."""
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGTERM, self._note)
        if is_distributed():  # on the CPU: no GPU waits for the answer
            self._group = dist.new_group(backend='gloo')

    def _note(self, *args: Any) -> None:
        self._asked = True

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        """Stop between two steps."""
        wrapper = runner.optim_wrapper
        waiting = isinstance(wrapper,
                             OptimWrapper) and not wrapper.should_update()
        if not waiting and self._should_stop():
            self._stop(runner, runner.iter + 1)

    def after_val_iter(self,
                       runner: Runner,
                       batch_idx: int,
                       data_batch: Any = None,
                       outputs: Any = None) -> None:
        """Stop between two batches of an evaluation inside a training."""
        # Processes may have unequal numbers of batches to evaluate.
        if self._previous is not None and not is_distributed() and self._asked:
            self._stop(runner, runner.iter)

    def after_train(self, runner: Runner) -> None:
        """Finished: listen no more, the file is of no use."""
        self._restore()
        path = osp.join(runner.work_dir, NAME)
        if is_main_process() and osp.exists(path):
            os.remove(path)

    def _should_stop(self) -> bool:
        if self._group is None:
            return self._asked
        asked = torch.tensor(int(self._asked))
        dist.all_reduce(asked, dist.ReduceOp.MAX, group=self._group)
        return bool(asked)

    def _stop(self, runner: Runner, iterations: int) -> None:
        path = osp.join(runner.work_dir, NAME)
        runner.save_checkpoint(
            runner.work_dir,
            NAME,
            meta=dict(epoch=runner.epoch, iter=iterations),
            by_epoch=False)  # FlexibleRunner takes no other numbers
        if is_main_process():
            write_atomic(osp.join(runner.work_dir, 'last_checkpoint'),
                         path.encode())
        runner.logger.info(
            f'SIGTERM: stopped in epoch {runner.epoch + 1} after {iterations} '
            f'iterations; everything is in {path}. Go on with the same '
            'command and --resume')
        runner.visualizer.close()
        self._restore()
        sys.exit(0)

    def _restore(self) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGTERM, self._previous)
            self._previous = None


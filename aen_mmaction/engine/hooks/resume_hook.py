# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Any, Dict, Optional

import torch
from mmaction.registry import HOOKS
from mmengine.dist import is_distributed
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import IterBasedTrainLoop, Runner

from ..resuming import AdvancedIterator, leave_out, seed_step
from .unwrap import unwrap_model


@HOOKS.register_module()
class ResumeHook(Hook):
    """A resumed run ends where the unbroken one ends.

    A checkpoint says how many batches of its epoch are done, and holds the
    gradients that wait for an optimizer step (``accumulative_counts``). A run
    resumed from it goes on with the other batches; one resumed at the end of
    an epoch that has to be evaluated begins with this evaluation. Random
    numbers of a step, as in dropout, are seeded by (seed, process,
    iteration), so they are the same in both runs.

    Raises:
        ValueError: On a resume inside an epoch of another number of batches.
    """

    priority = 'LOWEST'  # evaluates in before_train, when all are ready

    def __init__(self) -> None:
        self._done = 0  # batches of this epoch
        self._loaded: Optional[Dict] = None
        self._gradients: Optional[Dict[str, torch.Tensor]] = None

    # ------------------------------------------------------------ checkpoints
    def before_save_checkpoint(self, runner: Runner, checkpoint: Dict) -> None:
        """Write down the position in the epoch, and waiting gradients."""
        loop, meta = runner.train_loop, checkpoint['meta']
        total = len(loop.dataloader)
        done = 0 if meta['epoch'] > loop.epoch else self._done
        if isinstance(loop, IterBasedTrainLoop):
            done = meta['iter'] % total
        meta['position'] = dict(batches=done, of=total)
        wrapper = runner.optim_wrapper
        if ('optimizer' in checkpoint and isinstance(wrapper, OptimWrapper)
                and not wrapper.should_update() and not is_distributed()):
            checkpoint['gradients'] = {
                name: parameter.grad.cpu()
                for name, parameter in unwrap_model(
                    runner.model).named_parameters()
                if parameter.grad is not None
            }

    def after_load_checkpoint(self, runner: Runner, checkpoint: Dict) -> None:
        """Keep what a resume needs."""
        meta = checkpoint.get('meta') or {}
        self._loaded = meta if 'position' in meta else None
        self._gradients = checkpoint.get('gradients')

    # --------------------------------------------------------------- resuming
    def before_train(self, runner: Runner) -> None:
        """Take up the position; evaluate if this was still to be done."""
        meta, self._loaded = self._loaded, None
        loop = runner.train_loop
        at = dict(epoch=loop.epoch, iter=loop.iter)
        if not loop.iter or meta is None or at != {k: meta.get(k) for k in at}:
            self._gradients = None
            return  # a new run
        done, total = meta['position']['batches'], meta['position']['of']
        iterations = isinstance(loop, IterBasedTrainLoop)
        if total != len(loop.dataloader) and (done or iterations):
            raise ValueError(
                f'the checkpoint was written after {done} of {total} batches '
                f'of an epoch, in this run an epoch has '
                f'{len(loop.dataloader)}. Go on with the batch size, number '
                'of processes and list of that run, or from the end of an '
                'epoch: --resume WORK_DIR/epoch_N.pth')
        self._done = 0 if iterations else done
        self._restore_gradients(runner)
        if not done and not iterations:
            self._evaluate_if_due(runner)

    def _restore_gradients(self, runner: Runner) -> None:
        gradients, self._gradients = self._gradients, None
        if gradients:
            model = unwrap_model(runner.model)
            for name, parameter in model.named_parameters():
                if name in gradients:
                    parameter.grad = gradients[name].to(parameter)
            runner.logger.info('the gradients that waited for an optimizer '
                               'step are restored: none is lost')

    @staticmethod
    def _evaluate_if_due(runner: Runner) -> None:
        loop = runner.train_loop
        loop._decide_current_val_interval()
        if (runner.val_loop is not None and loop.epoch >= loop.val_begin
                and (loop.epoch % loop.val_interval == 0
                     or loop.epoch == loop.max_epochs)):
            runner.logger.info(f'Evaluation after epoch {loop.epoch}, with '
                               'which a resumed run begins')
            runner.val_loop.run()

    def before_train_epoch(self, runner: Runner) -> None:
        """Leave out the batches that are done."""
        loop = runner.train_loop
        if isinstance(loop, IterBasedTrainLoop):
            if loop.iter:
                loop.dataloader_iterator = AdvancedIterator(
                    loop.dataloader, loop.iter)
            return
        if self._done:
            done, run_iter = self._done, loop.run_iter
            runner.logger.info(f'going on after {done} of '
                               f'{len(loop.dataloader)} batches of epoch '
                               f'{runner.epoch + 1}')
            leave_out(loop.dataloader, done)
            loop.run_iter = lambda idx, batch: run_iter(idx + done, batch)

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        """Count the batch, since checkpoints come after it; seed the step."""
        self._done = batch_idx + 1
        seed_step(runner.seed, runner.iter)

    def after_train_epoch(self, runner: Runner) -> None:
        """The next epoch begins at its beginning."""
        self._done = 0
        vars(runner.train_loop).pop('run_iter', None)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json
import math
import os.path as osp
from typing import Any, Callable, Dict, List, Optional

import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank, is_distributed
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch.distributed.tensor import DTensor

from ...checks import name_some
from ...files import write_atomic


class LossError(ValueError):
    """The loss is not finite, or exploded; the text names the batch."""


@HOOKS.register_module()
class LossGuardHook(Hook):
    """Stop before a step with a loss that is not finite or exploded.

    It is looked at between the forward and the backward pass, so the weights
    are still those of the step before. The ids of the batch, of the batch
    before it, and whether the weights were finite are written to
    ``<work dir>/bad_batch.json`` (``bad_batch_rank<r>.json`` on several
    processes).

    Args:
        skip (int): How many such batches in a run are left out, with a
            warning and without a step, before it stops. On several processes
            all leave the step out. Defaults to 0.
        max_loss (float): A greater loss has exploded. Cross-entropy over 7
            classes starts at ln 7 = 1.9. Defaults to 1e6.

    Raises:
        LossError: If more than ``skip`` batches are bad.
        ValueError: If batches are to be skipped where several make a step.
    """

    def __init__(self, skip: int = 0, max_loss: float = 1e6) -> None:
        self.skip = skip
        self.max_loss = max_loss
        self.skipped = 0
        self._batch: List[str] = []
        self._before: List[str] = []

    def before_train(self, runner: Runner) -> None:
        """Stand before the optimizer."""
        wrapper = runner.optim_wrapper
        parts = getattr(wrapper, '_accumulative_counts', 1)
        if self.skip and parts > 1:
            raise ValueError(
                f'LossGuardHook: expected skip=0 where {parts} batches make '
                f'one step, found skip={self.skip}: the step would be of '
                'fewer. Remove skip or optim_wrapper.accumulative_counts')
        wrapper.update_params = self._guard(runner, wrapper.update_params)

    def after_train(self, runner: Runner) -> None:
        """Step aside."""
        vars(runner.optim_wrapper).pop('update_params', None)

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        """Keep the names of this batch and of the one before."""
        self._before, self._batch = self._batch, clip_names(data_batch)

    def _guard(self, runner: Runner, update: Callable) -> Callable:

        def update_params(loss: torch.Tensor, *args: Any,
                          **kwargs: Any) -> None:
            value = float(loss.detach())
            good = math.isfinite(value) and value <= self.max_loss
            if not good:
                self._report(runner, value)
            if self.skip and is_distributed():
                good = _everywhere(good, loss.device)
            if good:
                update(loss, *args, **kwargs)
                return
            self.skipped += 1
            runner.optim_wrapper.zero_grad()

        return update_params

    def _report(self, runner: Runner, value: float) -> None:
        """Save the ids; raise when there were too many."""
        suffix = f'_rank{get_rank()}' if is_distributed() else ''
        path = osp.join(runner.work_dir, f'bad_batch{suffix}.json')
        spoiled = [
            name for name, tensor in runner.model.state_dict().items()
            if not bool(torch.isfinite(_own_share(tensor)).all())
        ]
        report: Dict[str, Any] = dict(
            loss=str(value),
            epoch=runner.epoch + 1,
            iteration=runner.iter + 1,
            clips=self._batch,
            clips_of_the_batch_before=self._before,
            weights_not_finite=spoiled)
        write_atomic(path, json.dumps(report, indent=1).encode())
        where = (f'loss {value} in epoch {runner.epoch + 1}, iteration '
                 f'{runner.iter + 1}: expected a finite one of at most '
                 f'{self.max_loss:g}. Clips: {name_some(self._batch)}; all '
                 f'ids are in {path}.')
        if spoiled:
            raise LossError(
                f'{where} {len(spoiled)} weights were not finite before this '
                'step: the step before it spoiled them. Resume from the last '
                'checkpoint with a lower learning rate or optim_wrapper.'
                'clip_grad=dict(max_norm=1)')
        if self.skipped >= self.skip:
            raise LossError(
                f'{where} The weights are those of the step before. Look at '
                'these clips, lower the learning rate, or leave N such '
                'batches out: LossGuardHook(skip=N), where each makes a '
                'step (accumulative_counts=1)')
        runner.logger.warning(f'{where} The batch is skipped, '
                              f'{self.skipped + 1} of at most {self.skip}')


def _own_share(tensor: torch.Tensor) -> torch.Tensor:
    """What this process holds of a weight (ShardedStrategy)."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def _everywhere(good: bool, device: torch.device) -> bool:
    """Whether it is good on all processes."""
    flag = torch.tensor(int(good), device=device)
    torch.distributed.all_reduce(flag, torch.distributed.ReduceOp.MIN)
    return bool(flag)


def clip_names(data_batch: Optional[dict]) -> List[str]:
    """Ids of the clips of a batch as it comes from the loader.

    Args:
        data_batch (dict, optional): With ``data_samples``.

    Returns:
        list[str]: ``clip_id``, else ``img_path``, else the number in the
        batch.
    """
    samples = data_batch.get('data_samples') if isinstance(
        data_batch, dict) else None
    return [
        str(
            getattr(sample, 'clip_id', None)
            or getattr(sample, 'img_path', None) or f'sample {i}')
        for i, sample in enumerate(samples or [])
    ]

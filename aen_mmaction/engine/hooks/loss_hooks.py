# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional

import torch
import torch.distributed as dist
from mmaction.registry import HOOKS
from mmengine.dist import get_world_size, is_distributed
from mmengine.hooks import Hook

from .unwrap import unwrap_model


@HOOKS.register_module()
class RankMeanLossHook(Hook):
    """Log losses averaged over all ranks, not those of rank 0.

    The mean over ranks is the mean over all clips of the step, as long as
    every rank has the same number of them. With ``on_bad_frame='skip_clip'``
    a rank may have fewer; its mean counts as much as the others' all the
    same, in the log as in the gradient. Runs before mmengine's
    RuntimeInfoHook, which records what is logged.
    """

    priority = 'HIGHEST'

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Optional[dict] = None,
                         outputs: Optional[Dict] = None) -> None:
        """Replace the logged values in place by their mean over ranks."""
        if not outputs or not is_distributed():
            return
        keys = sorted(k for k, v in outputs.items()
                      if isinstance(v, torch.Tensor) and v.numel() == 1)
        values = torch.stack([outputs[k].detach().float().flatten()[0]
                              for k in keys])
        dist.all_reduce(values)
        values /= get_world_size()
        outputs.update(zip(keys, values))


@HOOKS.register_module()
class LossBalanceHook(Hook):
    """Watch how the terms of the objective share the gradient.

    Every ``interval`` iterations the recognizer logs ``grad_share_*``. When a
    guided term outweighs the classification term ``max_ratio`` times, a
    warning says so, once a run: with the channel sum of AEN's printed Eq. 4
    this is how training collapses.

    Args:
        interval (int): Iterations between two looks. Defaults to 50.
        max_ratio (float): Greatest healthy lambda * L_ta / L_mc. Defaults to
            10.
    """

    def __init__(self, interval: int = 50, max_ratio: float = 10.) -> None:
        self.interval = interval
        self.max_ratio = max_ratio
        self._warned = False

    def before_train_iter(self,
                          runner,
                          batch_idx: int,
                          data_batch: Optional[dict] = None) -> None:
        """Ask the recognizer for gradient shares when it is time."""
        model = unwrap_model(runner.model)
        if hasattr(model, 'monitor_gradients'):
            model.monitor_gradients = runner.iter % self.interval == 0

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Optional[dict] = None,
                         outputs: Optional[Dict] = None) -> None:
        """Warn once when L_ta outweighs L_mc."""
        if self._warned or not {'loss_ta', 'loss_mc'} <= set(outputs or {}):
            return
        if runner.iter % self.interval:
            return
        ta, mc = (outputs[key].item() for key in ('loss_ta', 'loss_mc'))
        if ta > self.max_ratio * abs(mc):
            self._warned = True
            runner.logger.warning(
                f'lambda_1 * L_ta = {ta:.4g} is more than '
                f'{self.max_ratio:g} times L_mc = {mc:.4g} (iteration '
                f'{runner.iter}): L_ta swamps the classification and '
                'training tends to collapse to one class. Use '
                "loss_ta.reduction='mean' with detach=True, or a smaller "
                'loss_ta.loss_weight.')

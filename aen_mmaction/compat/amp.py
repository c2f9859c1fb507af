# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Mixed precision on the CPU, and without loss scaling in bfloat16.

Fault: ``AmpOptimWrapper`` of mmengine 0.10.7 asserts that a GPU is there,
although its autocast context knows the CPU, and ``--amp`` of MMAction2's
``tools/train.py`` accepts no other wrapper. It also scales losses in
bfloat16, whose exponent has the range of float32 and needs no scaling.
The heads of mmaction2 1.2.0 hand their scores to numpy, which knows no
bfloat16.
Upstream: open-mmlab/mmengine, ``AmpOptimWrapper.__init__``, and
open-mmlab/mmaction2, ``BaseHead.loss_by_feat``; no issues known.
May go: when ``AmpOptimWrapper`` can be built on a machine without a GPU and
MMAction2's ``TSNHead`` trains under it.
"""
import warnings
from typing import Any, Callable, Union

import mmengine.optim.optimizer.amp_optimizer_wrapper as mmengine_amp
import torch
from mmengine.device import get_device
from mmengine.optim import AmpOptimWrapper, OptimWrapper

from .wrapping import wrap_once


def mend() -> bool:
    """Let ``AmpOptimWrapper`` run bfloat16 autocast on the CPU.

    Returns:
        bool: Always True: on a GPU too, bfloat16 then goes without scaling.
    """
    # Importable only once the localizers are mended.
    from mmaction.models.heads import BaseHead
    wrap_once(AmpOptimWrapper, '__init__', _init)
    wrap_once(AmpOptimWrapper, 'load_state_dict', _load_state_dict)
    wrap_once(BaseHead, 'loss_by_feat', _loss_by_feat)
    return True


def _init(original: Callable) -> Callable:

    def __init__(self,
                 loss_scale: Union[str, float, dict] = 'dynamic',
                 dtype: Union[str, torch.dtype, None] = None,
                 use_fsdp: bool = False,
                 **kwargs: Any) -> None:
        is_bfloat16 = dtype in ('bfloat16', torch.bfloat16)
        if get_device() != 'cpu':
            original(self, loss_scale, dtype, use_fsdp, **kwargs)
            if is_bfloat16 and loss_scale == 'dynamic':
                self.loss_scaler = _disabled_scaler()
            return
        if dtype is not None and not is_bfloat16:
            raise ValueError('AmpOptimWrapper on the CPU runs in bfloat16, '
                             f"got dtype={dtype!r}: set dtype='bfloat16'")
        OptimWrapper.__init__(self, **kwargs)
        self._scale_update_param = None
        self.loss_scaler = _disabled_scaler()
        self.cast_dtype = torch.bfloat16

    return __init__


def _load_state_dict(original: Callable) -> Callable:

    def load_state_dict(self, state_dict: dict) -> None:
        # Written without scaling (on a CPU, say): the scaler starts anew.
        if not state_dict.get('loss_scaler', True):
            state_dict.pop('loss_scaler')
        original(self, state_dict)

    return load_state_dict


def _loss_by_feat(original: Callable) -> Callable:

    def loss_by_feat(self, cls_scores: torch.Tensor, *args: Any,
                     **kwargs: Any) -> dict:
        if cls_scores.dtype == torch.bfloat16:
            cls_scores = cls_scores.float()
        return original(self, cls_scores, *args, **kwargs)

    return loss_by_feat


def _disabled_scaler() -> Any:
    """A scaler that passes losses, gradients and steps through unchanged."""
    with warnings.catch_warnings():
        # torch has renamed the class; mmengine still has the old name.
        warnings.simplefilter('ignore', FutureWarning)
        return mmengine_amp.GradScaler(enabled=False)

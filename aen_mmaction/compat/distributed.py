# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Several processes on a machine without a GPU.

Fault: mmengine 0.10.7 calls ``torch.cuda.set_device`` when it starts a
process group and hands ``device_ids`` to ``DistributedDataParallel``, whatever
the device; both raise without a GPU. The usual backend, nccl, needs one too.
Upstream: open-mmlab/mmengine, ``_init_dist_*`` and ``Runner.wrap_model``; no
issue known.
May go: when a two-process run on the CPU passes without it.
"""
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional

import mmengine.dist.utils as mmengine_dist
import torch
from mmengine.device import get_device
from mmengine.model import is_model_wrapper
from mmengine.registry import MODEL_WRAPPERS
from mmengine.runner import Runner
from torch.nn.parallel import DistributedDataParallel

from .wrapping import wrap_once


def mend() -> bool:
    """Start process groups and wrap models on the CPU when it is the device.

    Returns:
        bool: False where MMEngine's device is not the CPU (no fault there).
    """
    if get_device() != 'cpu':
        return False
    for launcher in ('pytorch', 'mpi', 'slurm'):
        wrap_once(mmengine_dist, f'_init_dist_{launcher}', _init_dist)
    wrap_once(Runner, 'wrap_model', _wrap_model)
    return True


def _init_dist(original: Callable) -> Callable:

    def init_dist_on_cpu(backend: str, *args: Any, **kwargs: Any) -> None:
        with _no_cuda_device():
            original('gloo' if backend == 'nccl' else backend, *args,
                     **kwargs)

    return init_dist_on_cpu


@contextmanager
def _no_cuda_device() -> Iterator[None]:
    """``torch.cuda.set_device`` does nothing inside."""
    set_device = torch.cuda.set_device
    torch.cuda.set_device = lambda device: None
    try:
        yield
    finally:
        torch.cuda.set_device = set_device


def _wrap_model(original: Callable) -> Callable:

    def wrap_model(self, model_wrapper_cfg: Optional[dict],
                   model: torch.nn.Module) -> torch.nn.Module:
        if self.distributed and not is_model_wrapper(model):
            # MMEngine's own defaults, and no device_ids.
            model_wrapper_cfg = dict(
                model_wrapper_cfg or dict(
                    broadcast_buffers=False,
                    find_unused_parameters=self.cfg.get(
                        'find_unused_parameters', False)))
            model_wrapper_cfg.setdefault('type', 'MMDistributedDataParallel')
            wrapper = MODEL_WRAPPERS.get(model_wrapper_cfg['type'])
            if issubclass(wrapper, DistributedDataParallel):
                model_wrapper_cfg['device_ids'] = None
        return original(self, model_wrapper_cfg, model)

    return wrap_model

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""No config text that is stored in a checkpoint is run.

Fault: a config is Python code. On resume mmengine 0.10.7 runs the text under
``meta['config']``; its ``BaseInferencer``, given weights without a config,
the one under ``cfg``. A file from elsewhere could so run anything, although
its tensors are read with ``weights_only=True``.
Upstream: open-mmlab/mmengine, ``Runner.resume``, ``FlexibleRunner.resume`` and
``BaseInferencer._init_model``; no issue known.
May go: never, unless MMEngine stops running it.
"""
from typing import Any, Callable, Optional

from mmengine._strategy import SingleDeviceStrategy  # and those from it
from mmengine.infer import BaseInferencer
from mmengine.logging import print_log
from mmengine.runner import Runner

from .wrapping import wrap_once


def mend() -> bool:
    """Keep stored config text from being run.

    Returns:
        bool: Always True.
    """
    wrap_once(Runner, 'load_checkpoint', _load_checkpoint)
    wrap_once(SingleDeviceStrategy, 'load_checkpoint', _load_checkpoint)
    wrap_once(BaseInferencer, '_init_model', _init_model)
    return True


def _load_checkpoint(original: Callable) -> Callable:

    def load_checkpoint(self, *args: Any, **kwargs: Any) -> dict:
        checkpoint = original(self, *args, **kwargs)
        meta = checkpoint.get('meta')
        # MMEngine itself stores it under 'cfg', which a resume does not run;
        # it would only have compared the number of GPUs.
        if isinstance(meta, dict) and 'config' in meta:
            del meta['config']
            print_log(
                'the config text in the checkpoint is not run: its number of '
                'GPUs is not compared with this run\'s',
                logger='current')
        return checkpoint

    return load_checkpoint


def _init_model(original: Callable) -> Callable:

    def _init_model(self,
                    cfg: Any,
                    weights: Optional[str],
                    device: str = 'cpu') -> Any:
        if not cfg:
            raise ValueError(
                f'{weights}: expected a config beside the weights, found '
                'none. The text stored in a checkpoint is code and is not '
                'run: give the config file as model=CONFIG')
        return original(self, cfg, weights, device)

    return _init_model

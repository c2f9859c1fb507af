# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict

import torch
from mmengine.logging import print_log
from torch import nn

UNUSED = 'unused.'  # prefix of such weights in a converted checkpoint


def without_unused(state_dict: Dict) -> Dict:
    """A state dict less the weights its model never uses, which are logged.

    Args:
        state_dict (dict[str, Tensor]): Weights, perhaps of a converted file.

    Returns:
        dict[str, Tensor]: Those not under ``unused.``.
    """
    used = {k: v for k, v in state_dict.items() if not k.startswith(UNUSED)}
    _log_left_out(len(state_dict) - len(used))
    return used


class UnusedWeights(nn.Module):
    """What a published file holds but its model never uses.

    Such weights take no part in any computation. By default they are left in
    the file (said once in the log); with ``keep=True`` loading a checkpoint
    takes them over, so that the model has the published number of parameters
    and can be written back whole.

    Args:
        keep (bool): Take them over. Not for training: they get no gradient.
    """

    def __init__(self, keep: bool = False) -> None:
        super().__init__()
        self.keep = keep
        self.register_load_state_dict_pre_hook(_take_over_or_leave)


def _take_over_or_leave(module: UnusedWeights, state_dict: Dict, prefix: str,
                        *args) -> None:
    names = [name for name in state_dict if name.startswith(prefix)]
    if not module.keep:
        _log_left_out(len(names))
        for name in names:
            del state_dict[name]
        return
    for name in names:
        *path, leaf = name[len(prefix):].split('.')
        owner = module
        for part in path:
            if part not in owner._modules:
                owner.add_module(part, nn.Module())
            owner = owner._modules[part]
        owner.register_parameter(
            leaf, nn.Parameter(torch.empty_like(state_dict[name])))


def _log_left_out(count: int) -> None:
    if count:
        print_log(
            f'{count} weights of the published file that its model never uses '
            f"(names in '{UNUSED}') are left out", 'current')

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict

import torch
from mmengine.logging import print_log
from torch import nn

UNUSED = 'unused.'  # prefix of such weights in a converted checkpoint


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
        self._keep = keep
        self.register_load_state_dict_pre_hook(_take_over_or_leave)


def _take_over_or_leave(module: UnusedWeights, state_dict: Dict, prefix: str,
                        *args) -> None:
    names = [name for name in state_dict if name.startswith(prefix)]
    if names and not module._keep:
        print_log(
            f'{len(names)} weights of the published file that its model '
            f'never uses are left out: {names[0]}, ...', 'current')
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

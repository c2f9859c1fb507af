# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Whether the weights of a file fit a model."""
from typing import Dict

import torch

from ..checks import name_some


def weight_faults(found: Dict[str, torch.Tensor],
                  wanted: Dict[str, torch.Tensor]) -> str:
    """Say how two state dicts differ in names and shapes.

    Args:
        found (dict[str, Tensor]): Weights at hand.
        wanted (dict[str, Tensor]): Weights of the model.

    Returns:
        str: Which weights are missing, left over or of another shape, a few
        of each by name; empty if all fit.
    """
    faults = {
        'missing': wanted.keys() - found.keys(),
        'left over': found.keys() - wanted.keys(),
        'of another shape': [
            f'{k}: {tuple(found[k].shape)} instead of '
            f'{tuple(wanted[k].shape)}' for k in wanted.keys() & found.keys()
            if found[k].shape != wanted[k].shape
        ]
    }
    return '; '.join(f'{len(names)} {fault}: {name_some(sorted(names), 6)}'
                     for fault, names in faults.items() if names)

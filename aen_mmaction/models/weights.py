# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Whether the weights of a file fit a model."""
from typing import Dict, Optional, Sequence

import torch
from mmengine.runner import CheckpointLoader
from torch import nn

from ..checks import name_some
from .vit_names import to_mmpretrain_vit


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


def load_shared_weights(module: nn.Module,
                        checkpoint: str,
                        prefix: str = 'backbone.',
                        fresh: Sequence[str] = (),
                        left_over: Sequence[str] = (),
                        names: Optional[str] = None) -> str:
    """Give a module the weights a file has for it, by name.

    What the two do not share must be named, so that nothing is left
    uninitialised, or in the file, unnoticed. Positions of another image size
    are resized by vision transformers that can.

    Args:
        module (nn.Module): For example a backbone.
        checkpoint (str): File of weights.
        prefix (str): Of the weights' names in the file; those without it are
            not looked at. Defaults to ``'backbone.'``.
        fresh (Sequence[str]): Beginnings of the names of the module's
            weights that stay as they are.
        left_over (Sequence[str]): Beginnings of the names, less the prefix,
            of the file's weights that the module has no place for.
        names (str, optional): ``'mae'`` (also timm's) or ``'clip'``: how the
            file calls the weights of MMPretrain's ``VisionTransformer``.
            Defaults to None: as the module does.

    Returns:
        str: What was loaded, what stayed fresh, what was left in the file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If any other weight is missing, left over or of another
            shape; lists them.
    """
    file = CheckpointLoader.load_checkpoint(str(checkpoint), 'cpu')
    file = file.get('state_dict', file.get('model', file))
    found = {
        name[len(prefix):]: tensor
        for name, tensor in file.items() if name.startswith(prefix)
    }
    if names is not None:
        found = to_mmpretrain_vit(found, names)
    own = module.state_dict()
    fresh, left_over = tuple(fresh), tuple(left_over)
    wanted = {  # files from before torch 0.4.1 do not count batches
        k: v
        for k, v in own.items() if not k.startswith(fresh) and (
            k in found or not k.endswith('num_batches_tracked'))
    }
    loaded = {k: v for k, v in found.items() if not k.startswith(left_over)}
    resized = {'pos_embed'} & loaded.keys() & wanted.keys()
    if not hasattr(module, 'resize_pos_embed'):
        resized = set()
    faults = weight_faults({**loaded, **{k: wanted[k] for k in resized}},
                           wanted)
    if faults:
        raise ValueError(
            f'{checkpoint} does not fit: weights {faults}. Name the missing '
            'ones in fresh and those left over in left_over if this is '
            'meant.')
    module.load_state_dict({**own, **loaded})
    count = sum(v.numel() for v in wanted.values())
    share = count / sum(v.numel() for v in own.values())
    return (f'{len(wanted)} of {len(own)} weights ({share:.1%} of the values) '
            f'from {checkpoint}; fresh: {_families(own.keys() - wanted)}; '
            f'left in the file: {_families(found.keys() - loaded)}')


def _families(names: Sequence[str]) -> str:
    """Weights by the first two parts of their names, with counts."""
    families: Dict[str, int] = {}
    for name in sorted(names):
        family = '.'.join(name.split('.')[:2])
        families[family] = families.get(family, 0) + 1
    return ', '.join(f'{k} ({n})' for k, n in families.items()) or 'none'

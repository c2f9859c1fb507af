# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Read an authors' file without running anything that is in it."""
import hashlib
import os.path as osp
import pickle
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import torch
from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

from aen_mmaction.compat.checkpoints import (check_has_weights,
                                             load_from_local, refusal)


class PublishedFile(NamedTuple):
    """Weights of an authors' file.

    Attributes:
        state_dict (dict[str, Tensor]): Without ``module.``.
        layout (dict): How to write them again: ``prefix``, 'module.' or '';
            ``nested``, whether they lie under the key ``state_dict``.
        placeholders (list[str]): Types of other things in the file (such as
            a record of the training); they were not read.
        sha256 (str): Of the file.
    """
    state_dict: Dict[str, torch.Tensor]
    layout: dict
    placeholders: List[str]
    sha256: str


class _Placeholder:
    """Stands for an object of a type that is not to be read."""

    def __new__(cls, *args: Any, **kwargs: Any) -> '_Placeholder':
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take no notice."""

    def __setstate__(self, state: Any) -> None:
        """Take no notice."""


def read_published(path: str) -> PublishedFile:
    """Read the weights of an authors' checkpoint.

    ``torch.load`` reads with ``weights_only=True``. Training scripts also
    save objects of their own; these are replaced by empty placeholders, and
    neither imported nor run.

    Args:
        path (str): A ``.pth`` file: a state dict, or a dict that holds one as
            ``state_dict``.

    Returns:
        PublishedFile: Weights on the CPU.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is damaged, no file of torch.save, asks for a module
            that torch blocks, or holds no weights.
    """
    if not osp.isfile(path):
        raise FileNotFoundError(f'checkpoint not found: {path}')
    try:
        strangers = sorted(set(get_unsafe_globals_in_checkpoint(path)))
    except (EOFError, LookupError, OSError, RuntimeError, ValueError,
            pickle.UnpicklingError):
        strangers = []  # damaged, or torch's old format: told apart below
    try:
        with safe_globals([(_Placeholder, name) for name in strangers]):
            file = load_from_local(path, 'cpu')
    except pickle.UnpicklingError as error:
        raise ValueError(refusal(path, error)) from None
    check_has_weights(file, path)
    nested = 'state_dict' in file
    weights = file['state_dict'] if nested else file
    odd = [k for k, v in weights.items() if not isinstance(v, torch.Tensor)]
    if odd or not weights:
        raise ValueError(f'{path}: expected a state dict of names and '
                         f'tensors, found no tensor under {odd}')
    prefix = 'module.'
    if not all(name.startswith(prefix) for name in weights):
        prefix = ''
    return PublishedFile({k[len(prefix):]: v
                          for k, v in weights.items()},
                         dict(prefix=prefix, nested=nested), strangers,
                         hashlib.sha256(Path(path).read_bytes()).hexdigest())

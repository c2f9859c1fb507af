# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Let MMEngine read its own checkpoints, without unpickling at will.

Fault: since torch 2.6 ``torch.load`` reads with ``weights_only=True``, which
knows neither MMEngine's ``HistoryBuffer`` nor numpy arrays, so resuming and
testing fail on every checkpoint that mmengine 0.10.7 writes.
Upstream: open-mmlab/mmengine#1655.
May go: never wholly. A later mmengine may read its files by turning the check
off (``weights_only=False``), which lets a file run any code; here the check
stays on and a short list of harmless types is allowed while MMEngine reads.
"""
import importlib
import os.path as osp
import pickle
import re
import struct
import zipfile
from pathlib import Path
from typing import Any, Callable, List, Tuple

import mmengine.runner.checkpoint as mmengine_checkpoint
import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler

from .saving import checkpoint_fault
from .wrapping import wrap_once

# Methods that MMEngine's objects keep as attributes, hence in their files.
_METHODS = {
    HistoryBuffer: ('min', 'max', 'current', 'mean'),
    OneCycleParamScheduler: ('_annealing_cos', '_annealing_linear'),
}
# What torch.load says of files that are cut short or of another kind.
_DAMAGED = ('PytorchStreamReader', 'Invalid magic number', '[enforce fail',
            'Invalid protocol version', 'Expected hasRecord',
            'unexpected EOF', 'storage has wrong byte size')
_ASKED = re.compile(r'GLOBAL (.+?) (?:was not|whose module)')


def stored_method(owner: Any, name: str) -> Callable:
    """Stand for ``builtins.getattr`` in MMEngine's files.

    A ``HistoryBuffer`` is stored with its statistics methods, and pickle
    stores a method as ``getattr(HistoryBuffer, 'mean')``; a one-cycle
    schedule likewise holds its annealing function.

    Args:
        owner (type): ``HistoryBuffer`` or ``OneCycleParamScheduler``.
        name (str): One of the methods it is stored with.

    Returns:
        callable: The method.

    Raises:
        pickle.UnpicklingError: If anything else is asked for.
    """
    if not isinstance(owner, type) or name not in _METHODS.get(owner, ()):
        raise pickle.UnpicklingError(
            f'GLOBAL getattr({owner!r},{name!r}) was not allowed')
    return getattr(owner, name)


def allowed_globals() -> List:
    """What a checkpoint of MMEngine holds beyond tensors and plain types.

    Returns:
        list: For :func:`torch.serialization.safe_globals`; numpy's functions
        under the names of numpy 1 and of numpy 2.
    """
    multiarray = np.empty(0).__reduce__()[0].__module__
    core = importlib.import_module(multiarray)
    functions: List[Tuple[Callable, str]] = [
        (getattr(core, name), f'{module}.{name}')
        for name in ('_reconstruct', 'scalar')
        for module in ('numpy.core.multiarray', 'numpy._core.multiarray')
    ]
    dtypes = {type(np.dtype(code)) for code in '?bBhHiIlLqQefdgFDSU'}
    return [
        *_METHODS, (stored_method, 'builtins.getattr'), np.ndarray, np.dtype,
        *dtypes, *functions
    ]


def mend() -> bool:
    """Read checkpoints with ``weights_only=True`` and the allow-list.

    Returns:
        bool: Always True.
    """
    loader = mmengine_checkpoint.CheckpointLoader
    loader.register_scheme('', loader=load_from_local, force=True)
    wrap_once(mmengine_checkpoint, 'load_url', _weights_only)
    wrap_once(loader, 'load_checkpoint', _guarded)
    return True


def load_from_local(filename: str, map_location: Any = None) -> dict:
    """MMEngine's local loader with the check stated, not left to defaults.

    Args:
        filename (str): Path of the checkpoint; ``~`` is expanded.
        map_location (optional): As in :func:`torch.load`.

    Returns:
        dict: The checkpoint.

    Raises:
        FileNotFoundError: If there is no such file.
        PermissionError: If it may not be read.
        pickle.UnpicklingError: If it can not be read with the check on.
    """
    path = osp.expanduser(filename)
    if not osp.isfile(path):
        raise FileNotFoundError(f'checkpoint {filename} can not be found')
    if zipfile.is_zipfile(path):  # torch.load compares no checksums
        fault = checkpoint_fault(Path(path))
        if fault:
            raise pickle.UnpicklingError(fault)
    try:
        return torch.load(path, map_location=map_location, weights_only=True)
    except PermissionError:
        raise
    except RuntimeError as error:  # also raised for a device that is absent
        if not str(error).startswith(_DAMAGED):
            raise
        raise pickle.UnpicklingError(str(error)) from error
    except (AssertionError, AttributeError, EOFError, LookupError, OSError,
            TypeError, ValueError, struct.error) as error:
        raise pickle.UnpicklingError(str(error)) from error


def _weights_only(load_url: Callable) -> Callable:

    def load_url_checked(*args, **kwargs) -> dict:
        return load_url(*args, **dict(kwargs, weights_only=True))

    return load_url_checked


def _guarded(load: Callable) -> Callable:
    """Wrap ``CheckpointLoader.load_checkpoint``."""

    def load_checkpoint(filename: str,
                        map_location: Any = None,
                        logger: Any = 'current') -> dict:
        try:
            with torch.serialization.safe_globals(allowed_globals()):
                checkpoint = load(filename, map_location, logger)
        except pickle.UnpicklingError as error:
            raise ValueError(refusal(filename, error)) from None
        check_has_weights(checkpoint, filename)
        return checkpoint

    return load_checkpoint


def refusal(filename: str, error: Exception) -> str:
    """Say why a file was refused, from the error of torch's reader."""
    asked = _ASKED.search(str(error))
    if asked:
        return (
            f'checkpoint {filename} refused: reading it would run or build '
            f'{asked.group(1)}, which is not on the list of types that a '
            'checkpoint may hold. Nothing of it was executed. If you trust '
            'its origin, save only its state_dict again, with the program '
            'that wrote it')
    # torch's own advice is to read it without the check
    found = '' if 'weights_only' in str(error) else f', found: {error}'
    return (f'{filename} is not a checkpoint, or is damaged: expected a file '
            f'written by MMEngine or torch.save{found}. Nothing of it was '
            'executed. Download or copy it again')


def check_has_weights(checkpoint: Any, filename: str) -> None:
    """Refuse a file that reads well but holds no weights.

    Args:
        checkpoint (Any): What the file held.
        filename (str): For the message.

    Raises:
        ValueError: If it is neither a dict with ``state_dict`` nor a mapping
            with tensors at its first or second level.
    """
    found = type(checkpoint).__name__
    if isinstance(checkpoint, dict):
        inner = [v for v in checkpoint.values() if isinstance(v, dict)]
        values = [v for d in (checkpoint, *inner) for v in d.values()]
        if isinstance(checkpoint.get('state_dict'), dict) or any(
                isinstance(v, torch.Tensor) for v in values):
            return
        keys = [str(key) for key in checkpoint]
        found = f'a dict with the keys {keys[:8]}'
    raise ValueError(
        f'checkpoint {filename} holds no weights: expected a dict with '
        f"'state_dict', or names and their tensors, found {found}")

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Authors' checkpoints -> ours, and back bit for bit."""
import os.path as osp
from typing import Dict, List, NamedTuple

import torch
from mmengine.runner import CheckpointLoader

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.version import __version__

from ..layers import UNUSED
from .name_rules import rename
from .reading import read_published
from .tables import PUBLISHED

StateDict = Dict[str, torch.Tensor]


class ConversionReport(NamedTuple):
    """What became of an authors' file.

    Attributes:
        converted (list[str]): Authors' names of the weights in use.
        unused (list[str]): Authors' names of those kept under ``unused.``.
        placeholders (list[str]): Types of other things in the file, not read.
    """
    converted: List[str]
    unused: List[str]
    placeholders: List[str]


def to_ours(state_dict: StateDict, model: str) -> StateDict:
    """Rename an authors' weights.

    Args:
        state_dict (dict[str, Tensor]): Their weights, without ``module.``.
        model (str): 'aen', 'aen-guide', 'former-dfer' or 'gca-ial'.

    Returns:
        dict[str, Tensor]: Ours, in the same order; what their forward never
        uses lies under ``unused.``.

    Raises:
        ValueError: If a name is not the model's.
    """
    rules = PUBLISHED[model].rules
    names = {name: rename(name, rules) for name in state_dict}
    _refuse(model, {'unmatched': [k for k, v in names.items() if v is None]},
            state_dict)
    return {names[k]: tensor for k, tensor in state_dict.items()}


def to_theirs(state_dict: StateDict, model: str) -> StateDict:
    """Rename our weights as the authors call them; undoes :func:`to_ours`.

    Args:
        state_dict (dict[str, Tensor]): Ours, with what lies under
            ``unused.``.
        model (str): As in :func:`to_ours`.

    Returns:
        dict[str, Tensor]: Theirs, in the same order.

    Raises:
        ValueError: If a name is not the model's.
    """
    rules = PUBLISHED[model].rules
    names = {name: rename(name, rules, reverse=True) for name in state_dict}
    _refuse(model, {'unmatched': [k for k, v in names.items() if v is None]})
    return {names[k]: tensor for k, tensor in state_dict.items()}


def check_complete(state_dict: StateDict, model: str,
                   wanted: StateDict) -> None:
    """Refuse an authors' file that lacks something or has another shape.

    Args:
        state_dict (dict[str, Tensor]): Their weights, without ``module.``.
        model (str): As in :func:`to_ours`.
        wanted (dict[str, Tensor]): State dict of our model, for the names
            and shapes.

    Raises:
        ValueError: Lists every unmatched, missing and misshapen weight under
            the authors' names.
    """
    published = PUBLISHED[model]
    names = {name: rename(name, published.rules) for name in state_dict}
    theirs = {
        name: rename(name, published.rules, reverse=True)
        for name in wanted if not name.startswith(UNUSED)
    }
    shapes = {theirs[name]: tuple(wanted[name].shape) for name in theirs}
    faults = {
        'unmatched': [k for k, v in names.items() if v is None],
        'missing': [
            name for name in (*theirs.values(), *published.heads)
            if name not in state_dict
        ],
        'of another shape': [
            f'{name}: {tuple(state_dict[name].shape)} instead of {shape}'
            for name, shape in shapes.items()
            if name in state_dict and tuple(state_dict[name].shape) != shape
        ],
        'left over': [
            name for name, ours in names.items()
            if ours is not None and not ours.startswith(UNUSED)
            and ours not in wanted
        ],
    }
    _refuse(model, faults, state_dict)


def convert_file(source: str, target: str, model: str,
                 wanted: StateDict) -> ConversionReport:
    """Convert an authors' checkpoint.

    The result is slim: stock ``torch.load(weights_only=True)`` reads it. It
    carries the class names and where it comes from.

    Args:
        source (str): The authors' ``.pth`` file.
        target (str): File to write.
        model (str): As in :func:`to_ours`.
        wanted (dict[str, Tensor]): State dict of our model.

    Returns:
        ConversionReport: What was converted and what is never used.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read or does not fit; nothing is written.
    """
    file = read_published(source)
    try:
        check_complete(file.state_dict, model, wanted)
    except ValueError as error:
        raise ValueError(f'{source}: {error}') from None
    ours = to_ours(file.state_dict, model)
    provenance = dict(
        model=model,
        source=PUBLISHED[model].source,
        file=osp.basename(source),
        sha256=file.sha256,
        layout=file.layout,
        converted_by=f'aen_mmaction {__version__}')
    meta = dict(
        dataset_meta=dict(classes=list(DFEW_CLASSES)), provenance=provenance)
    torch.save(dict(meta=meta, state_dict=ours), target)
    used = {name: not new.startswith(UNUSED)
            for name, new in zip(file.state_dict, ours)}
    return ConversionReport([k for k, live in used.items() if live],
                            [k for k, live in used.items() if not live],
                            file.placeholders)


def restore_file(source: str, target: str, model: str) -> List[str]:
    """Write a converted checkpoint as its authors' program reads it.

    Args:
        source (str): A file of :func:`convert_file`, or one trained here.
        target (str): File to write.
        model (str): As in :func:`to_ours`.

    Returns:
        list[str]: The authors' names written, without prefix.

    Raises:
        ValueError: If a name is not the model's.
    """
    file = CheckpointLoader.load_checkpoint(source, 'cpu')
    theirs = to_theirs(file['state_dict'], model)
    provenance = file.get('meta', {}).get('provenance', {})
    layout = provenance.get('layout', dict(prefix='module.', nested=True))
    weights = {layout['prefix'] + k: v for k, v in theirs.items()}
    torch.save(dict(state_dict=weights) if layout['nested'] else weights,
               target)
    return list(theirs)


def _refuse(model: str, faults: Dict[str, List[str]],
            state_dict: StateDict = {}) -> None:
    """Raise with every fault listed, if there are any."""
    if not any(faults.values()):
        return
    listed = ''.join(f'\n{len(names)} {fault}:\n  ' + '\n  '.join(names)
                     for fault, names in faults.items() if names)
    others = [
        name for name, published in PUBLISHED.items() if name != model
        and name != 'aen-guide' and state_dict and all(
            rename(key, published.rules) for key in state_dict)
    ]
    hint = f'\nIts names are those of --model {others[0]}.' if others else ''
    raise ValueError(
        f'this is no (whole) published {model} checkpoint. Weights:'
        f'{listed}{hint}')

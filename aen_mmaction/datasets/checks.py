# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is refused, dropped or repeated when a data set is loaded."""
import logging
import os.path as osp
from typing import Callable, List, Sequence, Type

from mmengine.logging import print_log

from ..checks import name_some
from .annotations import ClipRecord


def require_path(path: str, data_root: str, layout: str) -> None:
    """Raise a FileNotFoundError with the layout unless ``path`` exists."""
    if not osp.exists(path):
        raise FileNotFoundError(
            f'{path!r} not found. Expected under the data root '
            f'{data_root!r}:\n{layout}\nSay where the data lie: --data-root '
            "PATH on the tools, data_root='PATH' in a config; for other names "
            'inside it: ann_file, data_prefix.')


def refuse(records: Sequence[ClipRecord], what: str, error: Type[Exception],
           root: str, ann_file: str) -> None:
    """Raise ``error`` if there are any ``records``, counted and named.

    Args:
        records (Sequence[ClipRecord]): The clips at fault.
        what (str): The fault, as in ``'3 clip(s) <what> in <root>'``.
        error (type): Exception to raise.
        root (str): Folder looked into.
        ann_file (str): The list, for ``file:line``.
    """
    if records:
        names = [f'{r.clip_id} ({ann_file}:{r.line})' for r in records]
        raise error(
            f'{len(records)} clip(s) {what} in {root!r}: {name_some(names)}. '
            'Unpack the archive completely, correct data_prefix or '
            'data_root, or remove these lines from the list.')


def keep_records(records: Sequence[ClipRecord],
                 wanted: Callable[[ClipRecord], bool], others: str,
                 ann_file: str) -> List[ClipRecord]:
    """Keep the wanted clips; the others are counted, named and logged.

    Args:
        records (Sequence[ClipRecord]): All clips.
        wanted (Callable): Whether to keep one.
        others (str): What the others are, as in ``'3 clips <others>'``.
        ann_file (str): The list, for the message.

    Raises:
        ValueError: If none is wanted.
    """
    kept = [record for record in records if wanted(record)]
    left = [record.clip_id for record in records if not wanted(record)]
    if left:
        message = (f'{ann_file}: {len(left)} of {len(records)} clips {others}:'
                   f' {name_some(left)}.')
        if not kept:
            raise ValueError(f'{message} Expected others beside them.')
        print_log(
            f'{message} They are left out.',
            logger='current',
            level=logging.WARNING)
    return kept


def apply_short_clip(clips: Sequence[dict], policy: str, min_frames: int,
                     ann_file: str) -> List[dict]:
    """Keep, drop or refuse clips of fewer than ``min_frames`` frames.

    Args:
        clips (Sequence[dict]): With ``clip_id`` and ``total_frames``.
        policy (str): ``'repeat'`` (keep), ``'drop'`` or ``'error'``.
        min_frames (int): In frames.
        ann_file (str): The list, for the message.

    Returns:
        list[dict]: The clips to use. Short ones are counted, named and
        logged once.

    Raises:
        ValueError: With ``'error'``, or when ``'drop'`` leaves none.
    """
    short = [c for c in clips if c['total_frames'] < min_frames]
    kept = [c for c in clips if c['total_frames'] >= min_frames]
    if not short:
        return kept
    names = [f'{c["clip_id"]} ({c["total_frames"]} frames)' for c in short]
    message = (f'{ann_file}: {len(short)} of {len(clips)} clips have fewer '
               f'than {min_frames} frames: {name_some(names)}.')
    if policy == 'error' or policy == 'drop' and not kept:
        raise ValueError(f"{message} Expected none (short_clip={policy!r}). "
                         "Use short_clip='repeat', or remove them from the "
                         'list.')
    done = dict(repeat='kept: sampling repeats frames', drop='left out')
    print_log(
        f'{message} They are {done[policy]} (short_clip={policy!r}).',
        logger='current',
        level=logging.WARNING)
    return kept if policy == 'drop' else list(clips)

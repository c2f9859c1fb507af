# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""DFEW's votes: how many annotators saw which emotion in a clip."""
import logging
import os
from typing import Dict, List, Sequence, Tuple

import numpy as np
from mmengine.logging import print_log

from ..checks import name_some
from ..emotions import DFEW_CLASSES, canonical_name, label_map
from .frame_folders import bare_id

ID_COLUMNS = ('clip_name', 'video_name', 'order', 'clip', 'id')
MOST_DISAGREEING = 0.05  # share of clips; above it the file is a wrong one


def read_dfew_votes(path: str) -> Dict[str, np.ndarray]:
    """Read ``annotation.xlsx``.

    The first row names the columns: the seven emotions, in any order and with
    or without a number before them (``1happy``), and the clip's id
    (``clip_name`` or ``order``). Other columns are left alone.

    Args:
        path (str): The file.

    Returns:
        dict[str, np.ndarray]: Id without zero padding -> float32 (7,), the
        share of the votes in ``DFEW_CLASSES`` order; it sums to 1.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If openpyxl is not installed.
        ValueError: If a column is missing, a vote is no number, a clip has no
            vote, or an id occurs twice.
    """
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f'{path!r} not found: expected DFEW\'s annotation.xlsx with the '
            "votes. Give its path in soft_labels='PATH', or soft_labels=None.")
    rows = _rows(path)
    emotion_columns, id_column = _columns(path, next(rows, (1, ()))[1])
    votes: Dict[str, np.ndarray] = {}
    for line, cells in rows:
        if all(cell is None for cell in cells):
            continue
        clip_id = bare_id(os.path.splitext(str(cells[id_column]).strip())[0])
        if clip_id in votes:
            raise ValueError(f'{path}, row {line}: expected each clip once, '
                             f'found {clip_id!r} again. Remove one row.')
        votes[clip_id] = _shares(path, line,
                                 [cells[c] for c in emotion_columns])
    return votes


def add_soft_labels(clips: Sequence[dict], path: str,
                    classes: Sequence[str]) -> None:
    """Give each clip ``soft_label``, the votes' shares.

    Args:
        clips (Sequence[dict]): With ``clip_id`` and ``label``; in place.
        path (str): See :func:`read_dfew_votes`.
        classes (Sequence[str]): The K emotions in label order.

    Raises:
        ValueError: If a clip has no votes, or votes and labels disagree.
    """
    votes = read_dfew_votes(path)
    missing = [clip['clip_id'] for clip in clips
               if bare_id(clip['clip_id']) not in votes]
    if missing:
        raise ValueError(
            f'{path}: expected votes for every clip of the list, found none '
            f'for {len(missing)} of {len(clips)}: {name_some(missing)}. Use '
            'the file of the same download.')
    shares = votes_in_order(
        np.stack([votes[bare_id(clip['clip_id'])] for clip in clips]), classes)
    check_votes(clips, shares, path)
    for clip, share in zip(clips, shares):
        clip['soft_label'] = share


def votes_in_order(votes: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Votes (N, 7) in ``DFEW_CLASSES`` order -> (N, K) in that of classes."""
    ordered = np.zeros((len(votes), len(classes)), np.float32)
    ordered[:, list(label_map(DFEW_CLASSES, classes))] = votes
    return ordered


def check_votes(clips: Sequence[dict], votes: np.ndarray, path: str) -> None:
    """Compare the most voted emotion with the list's label.

    Args:
        clips (Sequence[dict]): N, with ``clip_id`` and ``label``.
        votes (np.ndarray): (N, K) shares in the order of the labels.
        path (str): The file, for the message.

    Raises:
        ValueError: If more than 5 % disagree; fewer are named in a warning.
    """
    own = votes[np.arange(len(votes)), [clip['label'] for clip in clips]]
    wrong = np.flatnonzero(own < votes.max(axis=1))
    if not len(wrong):
        return
    message = (f'{path}: {len(wrong)} of {len(votes)} clips have another '
               'emotion with more votes than their label: '
               f'{name_some([clips[i]["clip_id"] for i in wrong])}.')
    if len(wrong) > MOST_DISAGREEING * len(votes):
        raise ValueError(
            f'{message} Expected hardly any: this is another data set\'s '
            'file, or labels and votes are not in the same order.')
    print_log(message, logger='current', level=logging.WARNING)


def _rows(path: str):
    try:
        import openpyxl
    except ImportError as error:
        raise ImportError(
            f'{path}: reading the votes needs openpyxl, which is not '
            "installed: pip install 'openpyxl>=3.1'") from error
    try:
        sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
        yield from enumerate(list(sheet.iter_rows(values_only=True)), start=1)
    except Exception as error:  # noqa: B902 openpyxl's, zipfile's, zlib's
        raise ValueError(
            f'{path}: expected an Excel file (.xlsx), found '
            f'{type(error).__name__}: {error}. Download it again') from error


def _columns(path: str, header: Sequence) -> Tuple[List[int], int]:
    """Columns of the emotions in ``DFEW_CLASSES`` order, and of the id."""
    names = [str(cell or '').strip().lower() for cell in header]
    emotions = {canonical_name(name.lstrip('0123456789._ ')): i
                for i, name in enumerate(names)}
    ids = [names.index(name) for name in ID_COLUMNS if name in names]
    if not set(DFEW_CLASSES) <= set(emotions) or not ids:
        raise ValueError(
            f'{path}, row 1: expected columns named {", ".join(DFEW_CLASSES)} '
            f'and one of {", ".join(ID_COLUMNS)}, found {names}. Name them.')
    return [emotions[name] for name in DFEW_CLASSES], ids[0]


def _shares(path: str, line: int, cells: Sequence) -> np.ndarray:
    try:
        counts = np.array(cells, dtype=np.float32)
    except (TypeError, ValueError):
        counts = np.full(len(cells), np.nan)
    if not (counts >= 0).all() or not counts.sum():
        raise ValueError(
            f'{path}, row {line}: expected seven numbers of votes, not all '
            f'zero, found {list(cells)}. Correct the row.')
    return counts / counts.sum()

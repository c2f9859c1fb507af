# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os
from collections import Counter
from typing import List, Optional, Sequence

from ...checks import check_option
from ...emotions import Classes, class_names
from ..frame_folders import bare_id
from ..known_splits import match_splits
from .folders import NAMED_FILES, scan_rows
from .forms import FORMS, clip_id, recognise
from .labels import read_labels
from .records import ClipRecord, PathLike, Row, row_error
from .rows import parse_rows

_EXAMPLES = {1: '00001', 2: 'Angry/000046280', 3: 'Action/Sad/0010'}


def load_annotations(
        path: PathLike,
        dataset: Optional[str] = None,
        label_base: Optional[int] = None,
        class_order: Optional[Classes] = None) -> List[ClipRecord]:
    r"""Read an annotation list of any form in use, or a tree of clips.

    Lists: the official ones of DFEW, FERV39k, MAFW (single, compound, with
    captions) and RAF-DB; ``path n label``, ``path label`` and comma
    separated lists with or without a header, labels by name or number, paths
    of Linux or Windows, with blanks; lines that begin with ``#`` are
    comments. Trees: folders named by emotion (AFEW, CAER, CAER-S, your own),
    or files whose names tell it (RAVDESS, CREMA-D).

    Where labels are numbers, base and class order come from the emotions in
    the clips' own paths, or from class counts that are exactly those of a
    known split; otherwise they must be said.

    Args:
        path (str | PathLike): The list, or the folder of a tree.
        dataset (str, optional): ``'dfew'``, ``'ferv39k'``, ``'afew'``,
            ``'mafw'``, ``'caer'``, ``'caer-s'``, ``'raf-db'``,
            ``'ravdess'`` or ``'crema-d'``. Defaults to None: found out from
            names and counts where they tell it, else a list of your own.
        label_base (int, optional): Number of the first class, 0 or 1.
        class_order (str | Sequence[str], optional): Class names in the order
            of the numbers, or the name of one of ``emotions.CLASS_ORDERS``;
            for labels by name, the names that may occur.

    Returns:
        list[ClipRecord]: In the order of the list; of a tree sorted
        naturally, with the folder of the emotion in their ids.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line cannot be read, a clip occurs twice, a label
            contradicts its path, or labels cannot be told for sure; then
            the text shows each reading and the options that settle it.

    Example:
        A file with the lines ``D:\AFEW\Val/Angry/000149120 60 3`` and
        ``D:\AFEW\Val/Happy/000200000 48 0`` gives, with ``'afew'``,
        ``[ClipRecord('Angry/000149120', 'angry', 60, 1),
        ClipRecord('Happy/000200000', 'happy', 48, 2)]``.
    """
    if dataset is not None:
        check_option('dataset', dataset, tuple(FORMS))
    if label_base not in (None, 0, 1):
        raise ValueError(f'label_base: expected 0 or 1, got {label_base!r}')
    order = class_names(class_order) if class_order else None
    is_tree = os.path.isdir(path)
    rows = scan_rows(path, dataset, order) if is_tree else parse_rows(path)
    declared = dataset is not None
    if not declared and order is None:
        dataset = recognise(rows)
    by_folder = is_tree and dataset not in NAMED_FILES
    ids = _clip_ids(path, rows, None if by_folder else dataset)
    names = read_labels(path, rows, dataset, label_base, order, declared)
    if dataset is None and order is None and not is_tree:
        ids = _clip_ids(path, rows, _dataset_of(names))
    return [
        ClipRecord(clip, name, row.num_frames, row.line)
        for clip, name, row in zip(ids, names, rows)
    ]


def _clip_ids(path: PathLike, rows: Sequence[Row],
              dataset: Optional[str]) -> List[str]:
    """The data set's ids of the paths, each once."""
    ids, first_line = [], {}
    for row in rows:
        clip = clip_id(row.path, dataset)
        if clip is None:
            parts = FORMS[dataset].id_parts
            raise row_error(path, row.line,
                            f'a path of {parts} parts (such as '
                            f'{_EXAMPLES[parts]})', row.path)
        first = first_line.setdefault(bare_id(clip), row.line)
        if first != row.line:
            raise row_error(path, row.line,
                            f'each clip once (it is on line {first} too)',
                            clip)
        ids.append(clip)
    return ids


def _dataset_of(names: List[str]) -> Optional[str]:
    """The one data set with a split of exactly these class counts."""
    found = {split.dataset for split in match_splits(Counter(names))}
    return found.pop() if len(found) == 1 else None

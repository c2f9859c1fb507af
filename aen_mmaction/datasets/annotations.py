# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Annotation lists -> one table of :class:`ClipRecord`.

Pure functions: they read a list and check it, and never look at the media.
Every error names ``file:line``, what was expected, what was found and the
mend. Ids are text, never numbers; labels leave here as class **names**.
"""
import csv
import logging
import os
import re
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from mmengine.logging import print_log

from ..emotions import DFEW_CLASSES, RAFDB_CLASSES, canonical_name
from .known_splits import match_dfew_split

PathLike = Union[str, os.PathLike]
Row = Tuple[int, str, int]  # line, id, label as printed
_RAFDB_NAME = re.compile(r'((?:train|test)_\d+)(?:_aligned)?\.\w+')


class ClipRecord(NamedTuple):
    """One row of an annotation list.

    Attributes:
        clip_id (str): Id as written in the list, without any folders.
        label (str): Canonical class name.
        num_frames (int, optional): Frame count printed in the list; for
            information only, frames are counted on disk.
        line (int): 1-based line of the list.
    """
    clip_id: str
    label: str
    num_frames: Optional[int]
    line: int


def read_dfew_csv(path: PathLike, label_base: int = 1) -> List[ClipRecord]:
    """Read an official DFEW split file.

    Args:
        path (str | PathLike): Comma-separated file with the header
            ``video_name,label``.
        label_base (int): Number of the first class, 1 in the official files,
            0 in re-cut ones. Labels 0..6 under ``label_base=1`` are read as
            0-based only when their counts are those of an official split.

    Returns:
        list[ClipRecord]: One record per row, in the file's order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the header is missing, a row cannot be read, an id
            occurs twice, or the label base cannot be told for sure.

    Example:
        A file with the lines ``video_name,label``, ``1,2`` gives
        ``[ClipRecord('1', 'sad', None, 2)]``.
    """
    if label_base not in (0, 1):
        raise ValueError(f'label_base: expected 0 or 1, got {label_base!r}')
    rows = []
    lines = read_lines(path)
    _check_header(path, next(lines, (1, ''))[1], 'video_name,label')
    for line, text in lines:
        fields = next(csv.reader([text]), [])
        if len(fields) != 2:
            raise row_error(path, line, 'two fields video_name,label', text)
        rows.append((line, clip_id_of(fields[0], f'{path}:{line}'),
                     _integer(path, line, fields[1])))
    base = _resolve_base(path, rows, label_base)
    return _records(path, rows, DFEW_CLASSES, base)


def read_rafdb_list(path: PathLike) -> List[ClipRecord]:
    """Read RAF-DB's basic list, ``list_patition_label.txt`` (sic).

    Args:
        path (str | PathLike): Lines ``train_00001.jpg 5``: image name, with
            or without ``_aligned``, and label 1..7 in ``RAFDB_CLASSES`` order.

    Returns:
        list[ClipRecord]: Ids are names without ending, ``train_00001``;
        ``num_frames`` is 1.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a row cannot be read or an id occurs twice.
    """
    rows = []
    for line, text in read_lines(path):
        name, _, label = text.strip().rpartition(' ')
        image = clip_id_of(name, f'{path}:{line}') if name.strip() else ''
        match = _RAFDB_NAME.fullmatch(image)
        if match is None:
            raise row_error(path, line,
                             "an image and a label, 'train_00001.jpg 5'", text)
        rows.append((line, match.group(1), _integer(path, line, label)))
    records = _records(path, rows, RAFDB_CLASSES, base=1)
    return [record._replace(num_frames=1) for record in records]


def clip_id_of(text: str, where: str) -> str:
    r"""Reduce an id, or a path written in its place, to its last component.

    Args:
        text (str): ``00001``, ``/home/u/DFEW/00001`` or
            ``D:\DFEW\All/00001``.
        where (str): ``file:line`` for the error text.

    Returns:
        str: The id, ``00001`` for each of these.

    Raises:
        ValueError: If the id is empty or a component is ``..``.
    """
    parts = text.strip().replace('\\', '/').rstrip('/').split('/')
    if '..' in parts or parts[-1] in ('', '.'):
        raise ValueError(
            f'{where}: expected a clip id or a path ending in one, without '
            f"'..', found {text!r}. Correct the line.")
    return parts[-1]


def bare_id(name: str) -> str:
    """Id without the zero padding of a number: '00012' and '12' -> '12'."""
    return (name.lstrip('0') or '0') if name.isdecimal() else name


def read_lines(path: PathLike) -> Iterator[Tuple[int, str]]:
    """Yield (1-based line, text); blank lines at the end are left out."""
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f'annotation list not found: {str(path)!r}. Give the folder that '
            "holds it with --data-root PATH or data_root='PATH', or the file "
            'itself with ann_file.')
    try:
        with open(path, encoding='utf-8-sig') as f:
            lines = f.read().rstrip().split('\n')
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected UTF-8 text, found {error}. Save '
                         'the list as UTF-8.') from error
    yield from enumerate(lines, start=1)


def row_error(path: PathLike, line: int, expected: str,
               found: str) -> ValueError:
    """The error for a line that cannot be read; it names file and line."""
    return ValueError(f'{path}:{line}: expected {expected}, found '
                      f'{found.strip()!r}. Correct or remove the line.')


def _check_header(path: PathLike, found: str, expected: str) -> None:
    fields = [field.strip() for field in found.split(',')]
    if fields != expected.split(','):
        raise ValueError(
            f'{path}:1: expected the header {expected!r}, found {found!r}. '
            f'Put {expected!r} on a line of its own at the top of the file.')


def _integer(path: PathLike, line: int, text: str) -> int:
    text = text.strip()
    if not re.fullmatch(r'-?[0-9]+', text):
        raise row_error(path, line, 'an integer label', text)
    return int(text)


def _resolve_base(path: PathLike, rows: Sequence[Row], declared: int) -> int:
    """Label base of a DFEW list: the declared one, or surely the other."""
    labels = [row[2] for row in rows]
    if declared == 0 or 0 not in labels or not set(labels) <= set(range(7)):
        return declared
    counts = [labels.count(label) for label in range(7)]
    split = match_dfew_split(counts)
    if split is None:
        raise ValueError(
            f'{path}:{rows[labels.index(0)][0]}: expected labels 1..7 '
            f'(label_base=1), found labels 0..{max(labels)} with the counts '
            f'{counts}, which are those of no official DFEW split. If the '
            'list is 0-based, declare it: label_base=0.')
    print_log(
        f'{path}: labels are 0-based although label_base=1 is declared; read '
        f'as 0-based, since the class counts are those of DFEW {split}.',
        logger='current',
        level=logging.WARNING)
    return 0


def _records(path: PathLike, rows: Sequence[Row], classes: Sequence[str],
             base: int) -> List[ClipRecord]:
    """Check label range and double ids; numbers become names."""
    if not rows:
        raise ValueError(f'{path}: expected at least one clip, found none.')
    last = base + len(classes) - 1
    records, first_line = [], {}
    for line, clip_id, label in rows:
        if not base <= label <= last:
            raise row_error(
                path, line, f'a label {base}..{last} ({", ".join(classes)}; '
                f'label_base={base})', str(label))
        first = first_line.setdefault(bare_id(clip_id), line)
        if first != line:
            raise row_error(path, line,
                             f'each id once (it is on line {first} too)',
                             clip_id)
        name = canonical_name(classes[label - base])
        records.append(ClipRecord(clip_id, name, None, line))
    return records

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Lines of text -> rows of path, frame count and label (syntax only).

The forms in use: ``path n label`` and ``path label``, split at blanks, tabs
or commas, with or without a header; paths may hold blanks. A path that ends
in a blank and a number is taken for ``path n`` unless it is in quotes.
"""
import csv
import re
from typing import Dict, List, Optional, Sequence, Tuple

from .records import PathLike, Row, clean_path, read_lines, row_error

_PATH_FIELDS = ('video_name', 'video', 'path', 'clip', 'clip_id', 'name',
                'file', 'filename', 'id')
_COUNT_FIELDS = ('num_frames', 'frames', 'n')
_LABEL_FIELDS = ('label', 'labels', 'emotion', 'class', 'id')
_INTEGER = re.compile('[+-]?[0-9]+')
Line = Tuple[int, str]
Fields = Tuple[int, Sequence[str]]  # line and its fields


def is_integer(text: str) -> bool:
    """Whether a field is a whole number."""
    return _INTEGER.fullmatch(text.strip()) is not None


def parse_rows(path: PathLike) -> List[Row]:
    """Split every line of a list into its fields.

    Args:
        path (str | PathLike): The list.

    Returns:
        list[Row]: One for each clip, in order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line has not the fields of the others.
    """
    lines = list(read_lines(path))
    columns = _header(lines[0][1])
    if columns:
        rows = _with_header(path, lines, columns)
    elif all('\t' in text for _, text in lines):
        rows = [_tabbed(path, line, text.split('\t')) for line, text in lines]
    elif all(_is_csv(text) for _, text in lines):
        rows = [_counted(path, line, next(csv.reader([text])))
                for line, text in lines]
    else:
        rows = _blanks(path, lines)
    if not rows:
        raise ValueError(f'{path}: expected at least one clip under the '
                         'header, found none.')
    if not columns:
        _refuse_numbering(path, rows)
    return rows


def _refuse_numbering(path: PathLike, rows: Sequence[Row]) -> None:
    """Lines numbered by a spreadsheet: ``0,00012,3`` is no clip 0.

    They are told by a first field that counts the lines, and a second that
    is too orderly for numbers of frames.
    """
    counts = [row.num_frames for row in rows]
    numbers = [row.path for row in rows]
    first = int(numbers[0] == '1')
    if None in counts or numbers != [
            str(first + i) for i in range(len(rows))]:
        return
    rising = len(rows) >= 5 and all(a < b for a, b in zip(counts, counts[1:]))
    if rising or len(rows) >= 30 and len(set(counts)) == len(rows):
        raise ValueError(
            f'{path}: expected a path, a number of frames and a label, found '
            'lines that are numbered in front of clip and label. Remove the '
            'numbers, or name the fields in a first line, '
            'path,num_frames,label.')


def count_position(path: PathLike) -> int:
    """Which field of a list's lines is the frame count, from the end.

    Args:
        path (str | PathLike): The list.

    Returns:
        int: -2 in ``path n label``, or what the header says.
    """
    _, first = next(iter(read_lines(path)))
    columns = _header(first)
    named = columns and 'count' in columns
    return columns['count'] - columns['width'] if named else -2


def _header(text: str) -> Optional[Dict[str, int]]:
    """Columns of path, count and label if the line names them."""
    names = [name.strip('"').lower() for name in re.split(r'[,\t ]+', text)]
    if len(names) < 2 or names[0] not in _PATH_FIELDS:
        return None
    columns = dict(path=0, width=len(names))
    for i, name in enumerate(names[1:], 1):
        if name in _COUNT_FIELDS:
            columns.setdefault('count', i)
        elif name in _LABEL_FIELDS:
            columns.setdefault('label', i)
    return columns if 'label' in columns else None


def _is_csv(text: str) -> bool:
    """Whether commas part a line into clip, (count and) label."""
    *clip, label = next(csv.reader([text]))
    return len(label.split()) == 1 and (len(clip) == 1 or len(clip) == 2
                                        and is_integer(clip[1]))


def _with_header(path: PathLike, lines: Sequence[Line],
                 columns: Dict[str, int]) -> List[Row]:
    header = lines[0][1].strip()
    if ',' not in header and '\t' not in header:
        return _blanks(path, lines[1:])
    delimiter = ',' if ',' in header else '\t'
    rows = []
    for line, text in lines[1:]:
        fields = next(csv.reader([text], delimiter=delimiter))
        if len(fields) != columns['width']:
            raise row_error(path, line,
                            f'the {columns["width"]} fields {header}', text)
        count = fields[columns['count']] if 'count' in columns else None
        rows.append(
            _row(path, line, fields[0], count, fields[columns['label']]))
    return rows


def _tabbed(path: PathLike, line: int, fields: Sequence[str]) -> Row:
    """Clip, label and captions (MAFW), or clip, count and label."""
    if (len(fields) == 3 and is_integer(fields[1])
            and len(fields[2].split()) == 1):
        return _counted(path, line, fields)
    return _counted(path, line, fields[:2])


def _counted(path: PathLike, line: int, fields: Sequence[str]) -> Row:
    count = fields[1] if len(fields) == 3 else None
    return _row(path, line, fields[0], count, fields[-1])


def _blanks(path: PathLike, lines: Sequence[Line]) -> List[Row]:
    """``path n label`` where every line fits and paths differ, else two."""
    if all(text.lstrip().startswith('"') for _, text in lines):
        return [_counted(path, line, next(csv.reader([text.strip()],
                                                     delimiter=' ')))
                for line, text in lines]
    two = [(line, text.strip().rsplit(None, 1)) for line, text in lines]
    for line, fields in two:
        if len(fields) != 2:
            raise row_error(path, line, "a clip and its label, '00001 3', "
                            "or with a frame count, '00001 144 3'", fields[0])
    three = [(line, text.strip().rsplit(None, 2)) for line, text in lines]
    counted = [len(f) == 3 and is_integer(f[1]) for _, f in three]
    if all(counted) and len({f[0] for _, f in three}) == len({
            f[0]
            for _, f in two
    }):
        two = three
    return [_counted(path, line, fields) for line, fields in two]


def _row(path: PathLike, line: int, clip: str, count: Optional[str],
         label: str) -> Row:
    if count is not None and not is_integer(count):
        raise row_error(path, line, 'a whole number of frames', count)
    if not label.strip():
        raise row_error(path, line, 'a label', label)
    return Row(line, clean_path(clip, path, line),
               None if count is None else int(count), label.strip())

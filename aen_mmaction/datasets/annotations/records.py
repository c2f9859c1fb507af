# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The row of a list as read, as given out, and the errors about it."""
import codecs
import os
import re
from typing import Iterator, NamedTuple, Optional, Tuple, Union

from ..frame_folders import IMAGE_SUFFIXES, VIDEO_SUFFIXES

PathLike = Union[str, os.PathLike]
_ABSOLUTE = re.compile(r'/|[A-Za-z]:|~')


class ClipRecord(NamedTuple):
    """One clip of an annotation list.

    Attributes:
        clip_id (str): The clip's id, text always: the end of its path that
            tells it in its data set, ``'/'`` between folders and without the
            ending of a media file. DFEW ``'00001'``, FERV39k
            ``'Action/Sad/0010'``, AFEW ``'Angry/000046280'``; of a list of no
            known data set the whole path.
        label (str): Canonical class name (``'angry_disgust'`` for a compound
            of MAFW).
        num_frames (int, optional): Frame count printed in the list; for
            information only, frames are counted on disk.
        line (int): 1-based line of the list; of a folder, number of the clip.
    """
    clip_id: str
    label: str
    num_frames: Optional[int]
    line: int


class Row(NamedTuple):
    """A line of a list before its label is understood.

    Attributes:
        line (int): 1-based.
        path (str): With ``'/'`` between folders, without the ending of a
            media file, never with ``'..'``.
        num_frames (int, optional): As printed.
        label (str): As printed, name or number.
    """
    line: int
    path: str
    num_frames: Optional[int]
    label: str


def row_error(path: PathLike, line: int, expected: str,
              found: str) -> ValueError:
    """The error for a line that cannot be read; it names file and line."""
    return ValueError(f'{path}:{line}: expected {expected}, found '
                      f'{found.strip()!r}. Correct or remove the line.')


def clean_path(text: str, path: PathLike, line: int) -> str:
    r"""Bring a path of a list to one form.

    Args:
        text (str): For example ``'D:\DFEW\All/00001'`` or ``'00108.mp4'``.
        path (str | PathLike): The list, for the error text.
        line (int): Its line.

    Returns:
        str: ``'D:/DFEW/All/00001'``, ``'00108'``.

    Raises:
        ValueError: If there is no name in it, or a part is ``'..'``.
    """
    parts = text.strip().strip('"').replace('\\', '/').split('/')
    parts = parts[:1] + [part for part in parts[1:] if part not in ('', '.')]
    if '..' in parts or parts[-1] in ('', '.'):
        raise row_error(path, line,
                        "a clip id or a path ending in one, without '..'",
                        text)
    stem, suffix = os.path.splitext(parts[-1])
    if suffix.lower() in IMAGE_SUFFIXES + VIDEO_SUFFIXES:
        parts[-1] = stem
    return '/'.join(parts)


def is_absolute(clip_id: str) -> bool:
    """Whether an id is a path from a root: ``/``, ``C:`` or ``~``."""
    return _ABSOLUTE.match(clip_id) is not None


def read_lines(path: PathLike) -> Iterator[Tuple[int, str]]:
    """Lines of a list, without blank ones, comments (``#``), blank ends.

    UTF-8, UTF-16 with a mark, or GBK as MAFW's captions are.

    Yields:
        tuple[int, str]: 1-based line and text.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no text, or holds no line.
    """
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f'annotation list not found: {str(path)!r}. Give the folder that '
            "holds it with --data-root PATH or data_root='PATH', or the file "
            'itself with ann_file.')
    with open(path, 'rb') as file:
        raw = file.read()
    text = re.split(r'\r\n|\r|\n', _decode(raw, path))
    lines = [(number, line.rstrip()) for number, line in enumerate(text, 1)
             if line.strip() and not line.lstrip().startswith('#')]
    if not lines:
        raise ValueError(f'{path}: expected at least one clip, found none. '
                         'Download or write the list again.')
    yield from lines


def _decode(raw: bytes, path: PathLike) -> str:
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode('utf-16' if utf16 else 'utf-8-sig')
    except UnicodeDecodeError as error:
        # GBK accepts most bytes: only for captions behind a plain first field
        text = raw.decode('gbk', errors='ignore')
        if not all('\t' in line and line.split('\t')[0].isascii()
                   for line in text.splitlines() if line.strip()):
            raise ValueError(f'{path}: expected UTF-8 text, found {error}. '
                             'Save the list as UTF-8.') from error
        return text

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Frames and clip folders as they lie on disk (pure functions)."""
import os
import re
from typing import Callable, Dict, List, Optional, Tuple

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp')
VIDEO_SUFFIXES = ('.mp4', '.avi', '.flv', '.mov', '.mkv', '.webm', '.m4v',
                  '.mpg', '.mpeg', '.wmv')
_NUMBER = re.compile('([0-9]+)')
_ANY_DIGIT = str.maketrans('123456789', '000000000')
Index = Dict[str, List[str]]  # clip id without padding -> names on disk


def bare_id(name: str) -> str:
    """Id without the zero padding of a number: '00012' and '12' -> '12'."""
    return (name.lstrip('0') or '0') if name.isdecimal() else name


def natural_key(name: str) -> Tuple:
    """Sort key that orders numbers inside names by value.

    Example:
        >>> sorted(['10.jpg', '2.jpg', '1.jpg'], key=natural_key)
        ['1.jpg', '2.jpg', '10.jpg']
    """
    parts = _NUMBER.split(name)
    parts[1::2] = map(int, parts[1::2])
    return parts, name


def list_images(folder: str) -> List[str]:
    """Names of the images in a folder, sorted naturally.

    Hidden files (``._00001.jpg`` of macOS archives) are no frames.
    """
    names = [n for n in os.listdir(folder) if _is_media(n, IMAGE_SUFFIXES)]
    # Alike but for the digits: their order is the plain one, found faster.
    alike = len({name.translate(_ANY_DIGIT) for name in names}) <= 1
    return sorted(names, key=None if alike else natural_key)


def index_folders(root: str) -> Index:
    """Folders directly under ``root``, by id without zero padding."""
    return _index(root, lambda entry: entry.is_dir())


def index_images(root: str) -> Index:
    """Images directly under ``root``, by name without ending.

    RAF-DB's ``_aligned`` is left out of the name.
    """
    return _index(root, lambda entry: _is_media(entry.name, IMAGE_SUFFIXES))


def index_videos(root: str) -> Index:
    """Videos directly under ``root``, by id without zero padding."""
    return _index(root, lambda entry: _is_media(entry.name, VIDEO_SUFFIXES))


def _index(root: str, wanted: Callable[[os.DirEntry], bool]) -> Index:
    index: Index = {}
    with os.scandir(root) as entries:
        for entry in entries:
            if wanted(entry):
                key = bare_id(clip_name(entry.name))
                index.setdefault(key, []).append(entry.name)
    return index


def _is_media(name: str, suffixes: Tuple[str, ...]) -> bool:
    return name.lower().endswith(suffixes) and not name.startswith('.')


def clip_name(name: str) -> str:
    """A file's name as a list has it: without its ending."""
    stem, suffix = os.path.splitext(name)
    if suffix.lower() in IMAGE_SUFFIXES + VIDEO_SUFFIXES:
        return stem.replace('_aligned', '')
    return name


def find_entry(index: Index, clip_id: str) -> Optional[str]:
    """Name of the clip's folder or file: its very name, else up to padding.

    Args:
        index (dict): From one of the functions above.
        clip_id (str): Id as in the list; '1', '0001', '00001' are one clip.

    Returns:
        str | None: The name on disk; None when there is none.

    Raises:
        ValueError: If two fit and not one alone bears exactly this name.
    """
    names = index.get(bare_id(clip_id), [])
    if names == [clip_id]:
        return clip_id
    exact = [name for name in names if clip_name(name) == clip_id]
    if len(exact) == 1 or not names:
        return exact[0] if exact else None
    if len(names) > 1:
        raise ValueError(
            f'clip {clip_id!r}: expected one folder or file, found '
            f'{sorted(names)}. Remove the wrong one, or write the exact name '
            'in the list.')
    return names[0]

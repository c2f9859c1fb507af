# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Frames and clip folders as they lie on disk (pure functions)."""
import os
import re
from typing import Dict, List, Optional, Tuple

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp')
VIDEO_SUFFIXES = ('.mp4', '.avi', '.flv', '.mov', '.mkv', '.webm', '.m4v',
                  '.mpg', '.mpeg', '.wmv')
_NUMBER = re.compile('([0-9]+)')


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
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in entries
            if entry.name.lower().endswith(IMAGE_SUFFIXES)
            and not entry.name.startswith('.')
        ]
    return sorted(names, key=natural_key)


def index_folders(root: str) -> Dict[str, List[str]]:
    """Folders directly under ``root``, by id without zero padding."""
    index: Dict[str, List[str]] = {}
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir():
                index.setdefault(bare_id(entry.name), []).append(entry.name)
    return index


def find_folder(index: Dict[str, List[str]], clip_id: str) -> Optional[str]:
    """Name of the clip's folder: its very name, else up to zero padding.

    Args:
        index (dict): From :func:`index_folders`.
        clip_id (str): Id as in the list; '1', '0001', '00001' are one clip.

    Returns:
        str | None: The folder's name; None when there is none.

    Raises:
        ValueError: If two folders fit and none bears exactly this name.
    """
    names = index.get(bare_id(clip_id), [])
    if clip_id in names:
        return clip_id
    if len(names) > 1:
        raise ValueError(
            f'clip {clip_id!r}: expected one folder, found {sorted(names)}. '
            'Remove the wrong one, or write the exact name in the list.')
    return names[0] if names else None

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Names of the frames in clip folders, remembered from start to start.

Listing tens of thousands of folders takes most of the start-up of a data set.
What was listed is kept in the user's cache folder and is used as long as a
folder's inode and its times of modification and change are the same, that is
until a file in it is added, removed or renamed. It is plain JSON behind a
checksum: a damaged file is set aside, and nothing in it can be executed.
"""
import hashlib
import json
import logging
import os
import os.path as osp
import time
from typing import Dict, List, Optional, Sequence

from mmengine.dist import is_main_process
from mmengine.logging import print_log

from ..files import write_atomic
from .frame_folders import list_images

MIN_FOLDERS = 1000  # fewer are listed faster than it is worth
_FORMAT = 1
_YOUNG = 2.0  # s; a folder this fresh may change within one tick of its clock


def cache_file(root: str) -> Optional[str]:
    """Where the index of a folder is kept.

    Args:
        root (str): Folder that the clips' ids start from.

    Returns:
        str | None: A file in ``$AEN_MMACTION_CACHE``, by default
        ``$XDG_CACHE_HOME/aen_mmaction`` or ``~/.cache/aen_mmaction``; None if
        the first is set and empty, which turns the index off.
    """
    folder = os.environ.get('AEN_MMACTION_CACHE')
    if folder is None:
        home = os.environ.get('XDG_CACHE_HOME') or osp.expanduser('~/.cache')
        folder = osp.join(home, 'aen_mmaction')
    if not folder:
        return None
    key = hashlib.sha256(os.fsencode(osp.realpath(root))).hexdigest()[:16]
    return osp.join(folder, f'folders-{key}.json')


def list_folders(root: str, folders: Sequence[str]) -> List[List[str]]:
    """Names of the images in each folder, sorted naturally.

    Args:
        root (str): Folder that the clips' ids start from.
        folders (Sequence[str]): Clip folders below it.

    Returns:
        list[list[str]]: As :func:`list_images` gives them.
    """
    path = cache_file(root) if len(folders) >= MIN_FOLDERS else None
    known = _read(path) if path and osp.exists(path) else {}
    fresh: Dict[str, List] = {}
    names = [_names(folder, folder.removeprefix(root), known, fresh)
             for folder in folders]
    if path and fresh and is_main_process():
        _write(path, {**known, **fresh})
    return names


def _names(folder: str, key: str, known: Dict[str, List],
           fresh: Dict[str, List]) -> List[str]:
    """A folder's names: known ones where it is unchanged, else its own."""
    state = os.stat(folder)
    stamp = [state.st_ino, state.st_mtime_ns, state.st_ctime_ns]
    entry = known.get(key)
    if entry and entry[:3] == stamp:
        return entry[3].split('/') if entry[3] else []
    names = list_images(folder)
    if time.time() - max(state.st_mtime, state.st_ctime) > _YOUNG:
        fresh[key] = [*stamp, '/'.join(names)]
    return names


def _write(path: str, entries: Dict[str, List]) -> None:
    body = json.dumps(dict(format=_FORMAT, folders=entries)).encode()
    try:
        os.makedirs(osp.dirname(path), exist_ok=True)
        write_atomic(path, hashlib.sha256(body).hexdigest().encode() + body)
    except OSError as error:
        _log(f'the index of clip folders is not kept: {error}')


def _read(path: str) -> Dict[str, List]:
    """Entries of an index file; none, with a warning, of a damaged one."""
    try:
        with open(path, 'rb') as file:
            digest, body = file.read(64), file.read()
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise ValueError('its checksum does not fit')
        content = json.loads(body)
        return content['folders'] if content['format'] == _FORMAT else {}
    except (OSError, ValueError) as error:
        _log(f'{path} is set aside, all clip folders are listed again: '
             f'{error}')
        return {}


def _log(text: str) -> None:
    print_log(text, logger='current', level=logging.WARNING)

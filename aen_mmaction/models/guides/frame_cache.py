# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A guide's word on every frame of a data set, in one file."""
import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Dict, NamedTuple, Tuple, Union

import numpy as np

from aen_mmaction.files import write_atomic

FORMAT = 'aen_mmaction frame logits 1'


class FrameCache(NamedTuple):
    """Logits of F frames of C clips.

    Attributes:
        clips (dict[str, tuple[int, int]]): Clip id -> its first row and its
            number of frames; the rows of a clip are its frames in order.
        logits (ndarray): float32 (F, K), in the order of ``classes``.
        frame_crcs (ndarray): uint32 (F,), checksum of each frame's pixels as
            the guide saw them.
        classes (tuple[str]): The K emotions.
        checkpoint_sha256 (str): Of the guide's weights file.
    """
    clips: Dict[str, Tuple[int, int]]
    logits: np.ndarray
    frame_crcs: np.ndarray
    classes: Tuple[str, ...]
    checkpoint_sha256: str


def file_sha256(path: Union[str, Path]) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with open(path, 'rb') as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def write_frame_cache(path: Union[str, Path], cache: FrameCache) -> None:
    """Write a cache; a kill leaves the old file or the new one."""
    ids = list(cache.clips)
    head = dict(
        format=FORMAT,
        classes=cache.classes,
        checkpoint_sha256=cache.checkpoint_sha256)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        head=np.array(json.dumps(head)),
        clip_ids=np.array(ids, dtype=str),
        num_frames=np.array([cache.clips[i][1] for i in ids], np.int64),
        logits=cache.logits,
        frame_crcs=cache.frame_crcs)
    write_atomic(path, buffer.getvalue())


def read_frame_cache(path: Union[str, Path]) -> FrameCache:
    """Read a cache. Nothing in the file is executed, every byte is checked.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is damaged or something else; says how to make it.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'frame cache not found: {path}. {_REMEDY}')
    try:
        with np.load(path, allow_pickle=False) as file:
            head = json.loads(str(file['head']))
            ids, counts = file['clip_ids'].tolist(), file['num_frames']
            logits, crcs = file['logits'], file['frame_crcs']
        starts = np.concatenate([[0], np.cumsum(counts)])
        shape = (starts[-1], len(head['classes']))
        if head['format'] != FORMAT or (counts < 1).any() or len(
                set(ids)) != len(counts):
            raise ValueError(f"format {head['format']!r}")
        if logits.shape != shape or crcs.shape != shape[:1]:
            raise ValueError(f'logits {logits.shape}, expected {shape}')
        if logits.dtype != np.float32 or not np.isfinite(logits).all():
            raise ValueError('logits that are no finite float32')
        clips = dict(zip(ids, zip(starts.tolist(), counts.tolist())))
        return FrameCache(clips, logits, crcs, tuple(head['classes']),
                          str(head['checkpoint_sha256']))
    except (AttributeError, EOFError, LookupError, NotImplementedError,
            OSError, RuntimeError, TypeError, ValueError, zipfile.BadZipFile,
            zlib.error) as error:
        raise ValueError(
            f'{path}: expected a file of tools/cache_guide.py, found '
            f'{type(error).__name__}: {error}. {_REMEDY}') from error


_REMEDY = 'Make it:\n    python tools/cache_guide.py CONFIG --out FILE'

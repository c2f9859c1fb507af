# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Looking into one clip: every frame is read and decoded."""
import hashlib
import os.path as osp
import re
from typing import List, NamedTuple, Tuple

import simplejpeg

from ..transforms.loading import DECODE_ERRORS, decode_image
from ..videos import Video, VideoError

_LAST_NUMBER = re.compile(r'([0-9]+)(?=[^0-9]*$)')


class ClipMedia(NamedTuple):
    """What a clip's files hold.

    Attributes:
        num_frames (int): Files of frames, or frames of the video.
        holes (tuple[int]): Numbers missing between 1 and the last frame's.
        bad (tuple[str]): ``'file: reason'`` of each that cannot be decoded.
        digest (bytes): The same for clips of the same content.
    """
    num_frames: int
    holes: Tuple[int, ...]
    bad: Tuple[str, ...]
    digest: bytes


def inspect_clip(clip: dict) -> ClipMedia:
    """Read and decode all of a clip.

    Args:
        clip (dict): ``frame_dir, frames`` (file names in order), or
            ``filename`` of a video: its first, middle and last frame are
            decoded.

    Returns:
        ClipMedia: What was found; faults of the files are no exceptions.
    """
    if 'filename' in clip:
        return _inspect_video(clip['filename'])
    digest, bad = hashlib.blake2b(digest_size=16), []
    for name in clip['frames']:
        path = osp.join(clip['frame_dir'], name)
        try:
            digest.update(_verified(path))
        except DECODE_ERRORS as error:
            bad.append(f'{name}: {type(error).__name__}: {error}')
    return ClipMedia(len(clip['frames']), numbering_holes(clip['frames']),
                     tuple(bad), digest.digest())


def numbering_holes(names: List[str]) -> Tuple[int, ...]:
    """Numbers missing from 1 to the largest in the names of frames.

    Example:
        >>> numbering_holes(['00007_00002.jpg', '00007_00004.jpg'])
        (1, 3)
    """
    found = [_LAST_NUMBER.search(osp.splitext(name)[0]) for name in names]
    numbers = {int(match[1]) for match in found if match}
    return tuple(sorted(set(range(1, max(numbers, default=0))) - numbers))


def _verified(path: str) -> bytes:
    """The bytes of an image that can be decoded to its end.

    Eighth-size decoding reads a JPEG's data whole in half the time; what it
    refuses the loader's own decoder has the last word on.
    """
    with open(path, 'rb') as file:
        data = file.read()
    try:
        simplejpeg.decode_jpeg(
            data, 'GRAY', fastdct=True, min_height=1, min_width=1,
            min_factor=8)
    except ValueError:
        decode_image(path)
    return data


def _inspect_video(path: str) -> ClipMedia:
    digest = hashlib.blake2b(digest_size=16)
    length, bad = 0, ()
    try:
        with open(path, 'rb') as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        video = Video(path)
        length = len(video)
        video.frames(sorted({0, length // 2, length - 1}))
    except (OSError, VideoError) as error:
        bad = (str(error), )
    return ClipMedia(length, (), bad, digest.digest())

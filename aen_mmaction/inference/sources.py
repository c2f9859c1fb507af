# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What to predict on: videos, folders of frames, cameras and streams."""
import os
import re
from pathlib import Path
from typing import Iterator, List, NamedTuple
from urllib.parse import urlsplit

import cv2

from ..datasets.frame_folders import list_images
from ..datasets.videos import VideoError
from ..faces.sources import find_videos
from ..faces.video import VideoFrame, read_frames


class Source(NamedTuple):
    """One video, in whatever form.

    Attributes:
        name (str): Names it in tables and as a folder of outputs.
        path (str): File, folder of frames, camera number or address.
        kind (str): ``'video'``, ``'frames'`` or ``'live'``.
    """
    name: str
    path: str
    kind: str


def find_sources(given: str) -> List[Source]:
    """What an argument of a command line stands for.

    ======================================== ==========================
    ``video.mp4``, any file                  that video
    folder with images in it                 one video, a frame a file
    folder of videos, or of such folders     each of them, sorted
    ``list.txt``                             a line each, relative to it
    ``0``, ``rtsp://...``, ``http://...``    camera, stream
    ======================================== ==========================

    Args:
        given (str): The argument.

    Returns:
        list[Source]: At least one, no name twice.

    Raises:
        FileNotFoundError: If there is no such file or folder.
        ValueError: If there is nothing to predict on in it.
    """
    path = Path(given)
    if '://' in given or (given.isdecimal() and not path.exists()):
        return [Source(_live_name(given), given, 'live')]
    if path.is_dir():
        return _in_folder(path)
    if not path.exists():
        raise FileNotFoundError(
            f'{given}: no such file or folder. Give a video, a folder of '
            'videos or of frames, a list (.txt), a camera number or the '
            'address of a stream.')
    if path.suffix.lower() == '.txt':
        return _in_list(path)
    return [Source(path.name, given, 'video')]


def _live_name(given: str) -> str:
    """Host and path of an address, without what may be secret."""
    if given.isdecimal():
        return f'camera{given}'
    address = urlsplit(given)
    return re.sub(r'[^\w.-]+', '_', (address.hostname or '') + address.path)


def _in_folder(folder: Path) -> List[Source]:
    if list_images(str(folder)):
        return [Source(folder.resolve().name, str(folder), 'frames')]
    videos, _ = find_videos(str(folder))
    found = [Source(video.name, video.path, 'video') for video in videos]
    found += [
        Source(sub.name, str(sub), 'frames')
        for sub in sorted(folder.iterdir())
        if sub.is_dir() and list_images(str(sub))
    ]
    if not found:
        raise ValueError(f'{folder}: neither videos nor images in it')
    return found


def _in_list(path: Path) -> List[Source]:
    found = {}
    try:
        lines = path.read_text('utf-8').splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected a list of paths in UTF-8, found '
                         f'{error}. Save it as UTF-8') from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = path.parent / line.strip()
        if not item.exists():
            raise FileNotFoundError(f'{path}:{number}: {item}: no such file')
        name = line.strip().lstrip('/').replace('../', '')
        if name in found:
            raise ValueError(f'{path}:{number}: {name} is listed twice')
        kind = 'frames' if item.is_dir() else 'video'
        found[name] = Source(name, str(item), kind)
    if not found:
        raise ValueError(f'{path}: no line in it; expected a path a line')
    return list(found.values())


def source_frames(source: Source, frame_rate: float) -> Iterator[VideoFrame]:
    """Every frame of a source in turn; only one is in memory.

    Args:
        source (Source): A video or a folder of frames.
        frame_rate (float): Of a folder of frames, in frames per second.

    Yields:
        VideoFrame: RGB, upright, with its time.

    Raises:
        VideoError: If it cannot be read, or not to its end.
    """
    if source.kind == 'video':
        yield from read_frames(source.path)
        return
    for index, name in enumerate(list_images(source.path)):
        path = os.path.join(source.path, name)
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None:
            raise VideoError(f'{path}: not an image that can be read')
        yield VideoFrame(index, index / frame_rate, image[..., ::-1].copy())

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Frames of video files: decord, and PyAV where decord fails."""
import os.path as osp
from typing import Dict, List, Sequence

import decord
import numpy as np

# Decord's seeking in MPEG program streams returns other frames than asked.
_PYAV_ONLY = ('.mpg', '.mpeg')
_LFS_POINTER = b'version https://git-lfs'


#: Older ones take no number of threads where frames become RGB.
INSTALL_PYAV = "pip install 'av>=17'"


class VideoError(ValueError):
    """A video cannot be decoded; the text names the file and the reason."""


class Video:
    """A video file, read by frame number.

    Args:
        path (str): The file.

    Raises:
        VideoError: If neither decoder finds a frame in it.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._reader = self._open_decord()
        self._length = (_pyav_count(path) if self._reader is None else len(
            self._reader))
        if not self._length:
            raise VideoError(f'{path}: no frame in it')

    def __len__(self) -> int:
        """Frames, as the decoder counts them."""
        return self._length

    def frames(self, inds: Sequence[int]) -> List[np.ndarray]:
        """Decode some frames.

        Args:
            inds (Sequence[int]): T frame numbers, 0-based, in any order.

        Returns:
            list[np.ndarray]: T images, uint8 (H, W, 3), RGB.

        Raises:
            VideoError: If a frame cannot be decoded by either decoder.
        """
        wanted = sorted({int(i) for i in inds})
        decoded = {}
        if self._reader is not None:
            try:
                batch = self._reader.get_batch(wanted).asnumpy()
                decoded = dict(zip(wanted, batch))
            except Exception:  # noqa: B902 decord raises its own kinds
                self._reader = None
        if not decoded:
            decoded = _pyav_frames(self.path, wanted)
        missing = [i for i in wanted if i not in decoded]
        if missing:
            raise VideoError(f'{self.path}: {len(self)} frames announced, '
                             f'frame {missing[0]} cannot be decoded')
        return [decoded[int(i)].copy() for i in inds]

    def _open_decord(self):
        """Decord's reader, None where it fails."""
        if self.path.lower().endswith(_PYAV_ONLY):
            return None
        try:
            return decord.VideoReader(self.path, num_threads=1)
        except Exception:  # noqa: B902 decord raises its own kinds
            return None


def _pyav_count(path: str) -> int:
    """Frames that PyAV can decode."""
    return sum(1 for _ in _pyav_stream(path))


def _pyav_frames(path: str, wanted: Sequence[int]) -> Dict[int, np.ndarray]:
    """Those of the frames that PyAV can decode, by number."""
    decoded = {}
    for i, frame in enumerate(_pyav_stream(path)):
        if i in wanted:
            decoded[i] = rgb_of(frame)
        if i == wanted[-1]:
            break
    return decoded


def reading_options() -> dict:
    """Options of ``av.open`` for titles that are not in UTF-8.

    PyAV stumbles over them before version 19, which has no such option.
    """
    import av

    old = int(av.__version__.split('.')[0]) < 19
    return dict(metadata_errors='replace') if old else {}


def rgb_of(frame) -> np.ndarray:
    """Pixels of a frame of PyAV's, uint8 (H, W, 3).

    On one thread: those of PyAV 19 are gone in a forked process that goes on
    reading videos, a worker of a ``DataLoader`` say, and it waits for ever.
    """
    return frame.to_ndarray(format='rgb24', threads=1)


def _pyav_stream(path: str):
    """Yield PyAV's frames, from the first."""
    if not osp.isfile(path):
        raise VideoError(f'{path}: no such file')
    with open(path, 'rb') as file:
        if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
            raise VideoError(f'{path}: only a Git LFS pointer, the video was '
                             'not downloaded: run git lfs pull')
    try:
        import av
    except ImportError as error:
        raise VideoError(
            f'{path}: decord cannot read it. PyAV reads more kinds of files: '
            f'{INSTALL_PYAV}') from error
    try:
        with av.open(path, **reading_options()) as container:
            if not container.streams.video:
                raise VideoError(f'{path}: no video stream in it')
            yield from container.decode(video=0)
    except av.FFmpegError as error:
        raise VideoError(f'{path}: {error}') from error

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Cameras and streams: the newest frame wins."""
import re
import threading
import time
from typing import Iterator, NamedTuple, Optional, Tuple

import cv2

from ..datasets.videos import INSTALL_PYAV, VideoError, reading_options
from ..faces.video import VideoFrame, upright

_TIMEOUT = 10.  # seconds that a stream may be silent
_MAX_RATE = 60.  # some streams announce their clock, not their frames


class LiveStream(NamedTuple):
    """An open camera or stream.

    Attributes:
        rate (float): Frames per second, as announced; 25 where nothing is.
        frames (Iterator[VideoFrame]): As they come; their times count from
            the first, by the stream's own clock or a camera's arrivals.
    """
    rate: float
    frames: Iterator[VideoFrame]


def open_live(path: str) -> LiveStream:
    """Open a camera or a stream.

    Args:
        path (str): Number of a camera, or an address that FFmpeg reads
            (``rtsp://...``, ``http://...``, ``udp://...``). A recording
            behind an address runs at the speed of its own times.

    Raises:
        VideoError: If it cannot be opened, or PyAV is not installed.
    """
    if path.isdecimal():
        return _open_camera(int(path))
    try:
        import av
    except ImportError as error:
        raise VideoError(
            f'{path}: streams need PyAV. Run: {INSTALL_PYAV}') from error
    shown = re.sub('//[^/@]*@', '//', path)  # without a password
    try:
        container = av.open(path, timeout=_TIMEOUT, **reading_options())
    except (av.FFmpegError, OSError) as error:
        raise VideoError(f'{shown}: cannot be opened: {error.strerror}'
                         ) from error
    if not container.streams.video:
        container.close()
        raise VideoError(f'{shown}: no video stream in it')
    rate = float(container.streams.video[0].average_rate or 25)
    return LiveStream(min(rate, _MAX_RATE),
                      _stream(container, shown, av.FFmpegError))


def _stream(container, path: str, error_type: type) -> Iterator[VideoFrame]:
    stream, start = container.streams.video[0], None
    rate = float(stream.average_rate or 25)
    recorded = container.duration is not None
    with container:
        try:
            for index, frame in enumerate(container.decode(stream)):
                seconds = index / rate if frame.time is None else frame.time
                if start is None:
                    first, start = seconds, time.monotonic()
                seconds -= first
                if recorded:
                    time.sleep(max(start + seconds - time.monotonic(), 0))
                yield VideoFrame(index, seconds, upright(frame, stream))
        except (error_type, OSError) as error:
            raise VideoError(f'{path}: the stream broke off: '
                             f'{error.strerror}') from error


def _open_camera(number: int) -> LiveStream:
    camera = cv2.VideoCapture(number)
    if not camera.isOpened():
        raise VideoError(f'camera {number}: cannot be opened. Is there one, '
                         'and is it free? Cameras count from 0')

    def frames() -> Iterator[VideoFrame]:
        start, index = time.monotonic(), 0
        try:
            while True:
                good, image = camera.read()
                if not good:
                    raise VideoError(f'camera {number}: gives no more frames')
                yield VideoFrame(index, time.monotonic() - start,
                                 image[..., ::-1].copy())
                index += 1
        finally:
            camera.release()

    rate = camera.get(cv2.CAP_PROP_FPS) or 25.
    return LiveStream(min(rate, _MAX_RATE), frames())


class NewestFrame:
    """Hands out a live source's newest frame; older ones are dropped.

    A thread reads as fast as frames come, at most one waits. So a frame is
    looked at no later than one frame's work after it came, however slow the
    work is.

    Args:
        frames (Iterator[VideoFrame]): The source's.

    Attributes:
        received (int): Frames that came.
        dropped (int): Those of them that gave way to a newer one.

    Example::

        for arrived, frame in NewestFrame(open_live('0').frames):
            ...  # arrived: time.monotonic() when it came
    """

    def __init__(self, frames: Iterator[VideoFrame]) -> None:
        self.received = self.dropped = 0
        self._changed = threading.Condition()
        self._waiting: Optional[Tuple[float, VideoFrame]] = None
        self._over = False
        self._error: Optional[Exception] = None
        self._thread = threading.Thread(
            target=self._read, args=(frames, ), daemon=True)
        self._thread.start()

    def _read(self, frames: Iterator[VideoFrame]) -> None:
        error = None
        try:
            for frame in frames:
                with self._changed:
                    if self._over:
                        break
                    self.received += 1
                    self.dropped += self._waiting is not None
                    self._waiting = time.monotonic(), frame
                    self._changed.notify()
        except Exception as found:  # noqa: B902 raised where frames are used
            error = found
        with self._changed:
            self._over, self._error = True, error
            self._changed.notify()

    def __iter__(self) -> Iterator[Tuple[float, VideoFrame]]:
        """Until the source ends or :meth:`close`.

        Raises:
            VideoError: After the last frame, if the source broke off.
        """
        while True:
            with self._changed:
                while self._waiting is None and not self._over:
                    self._changed.wait(.5)
                if self._waiting is None:
                    break
                item, self._waiting = self._waiting, None
            yield item
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """End; also from a signal's handler. What waits is dropped."""
        with self._changed:
            self._over = True
            self.dropped += self._waiting is not None
            self._waiting = None
            self._changed.notify()

    def join(self) -> None:
        """Wait for the reader, at most two seconds."""
        self._thread.join(2.)

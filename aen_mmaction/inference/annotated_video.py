# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The video again, with boxes, labels and bars; its sound kept."""
from fractions import Fraction
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence, Tuple, Union

import cv2
import numpy as np

from ..datasets.videos import INSTALL_PYAV, VideoError, reading_options
from ..faces.video import VideoFrame
from .drawing import ShownFace, draw_faces, faces_at, rgb_colors
from .results import VideoResult

_TICKS = 90000  # time units a second


class VideoWriter:
    """An mp4, H.264 and AAC, each frame at its own time.

    Args:
        path (str | Path): mp4 to write.
        shape (tuple[int, int]): Height and width of the frames; an odd one
            grows by a pixel, as H.264 asks.
        rate (float): About as many frames a second.
        sound (str, optional): File whose sound is kept, if it has any.

    Raises:
        VideoError: If PyAV is not installed.

    Example::

        with VideoWriter('out.mp4', (360, 640), 25.) as video:
            video.write(seconds, image)
    """

    def __init__(self, path: Union[str, Path], shape: Tuple[int, int],
                 rate: float, sound: Optional[str] = None) -> None:
        try:
            import av
        except ImportError as error:
            raise VideoError(f'{path}: writing a video needs PyAV. Run: '
                             f'{INSTALL_PYAV}') from error
        self._frame_of = av.VideoFrame.from_ndarray
        self._shape = tuple(side + side % 2 for side in shape)
        self._out = av.open(str(path), 'w', options=dict(movflags='faststart'))
        self._stream = self._out.add_stream(
            'libx264', rate=Fraction(rate).limit_denominator(1001),
            options=dict(preset='veryfast', crf='21'))
        self._stream.height, self._stream.width = self._shape
        self._stream.pix_fmt = 'yuv420p'
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        self._sound = _sound(self._out, sound) if sound else iter(())
        self._waiting = next(self._sound, None)
        self._last = -1

    def __enter__(self) -> 'VideoWriter':
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting; the file is whole afterwards."""
        self._out.mux(self._stream.encode())
        self._write_sound(float('inf'))
        self._out.close()

    def write(self, seconds: float, image: np.ndarray) -> None:
        """Add a frame, uint8 (H, W, 3) RGB.

        Two frames of one time, as broken files have them, are kept a tick
        (1/90000 s) apart.
        """
        frame = self._frame_of(_fit(image, *self._shape), format='rgb24')
        self._last = max(round(seconds * _TICKS), self._last + 1)
        frame.pts, frame.time_base = self._last, Fraction(1, _TICKS)
        self._out.mux(self._stream.encode(frame))
        self._write_sound(seconds)

    def _write_sound(self, until: float) -> None:
        while self._waiting is not None and self._waiting[0] <= until:
            self._out.mux(self._waiting[1])
            self._waiting = next(self._sound, None)


def write_annotated(result: VideoResult,
                    frames: Iterable[VideoFrame],
                    path: Union[str, Path],
                    sound: Optional[str] = None) -> None:
    """Write the annotated video.

    Args:
        result (VideoResult): What to draw.
        frames (Iterable[VideoFrame]): The video's; one is in memory.
        path (str | Path): mp4 to write.
        sound (str, optional): File whose sound is kept, if it has any.
    """
    colors = rgb_colors(result.classes)
    with VideoWriter(path, result.shape, result.frame_rate or 25,
                     sound) as video:
        for index, seconds, image in _until_damage(frames, result):
            video.write(seconds, draw_faces(image, faces_at(result, index),
                                            colors))


class LiveVideo:
    """The annotated video of a live source, written while it runs.

    Args:
        path (str | Path): mp4 to write.
        classes (Sequence[str]): The emotions.
        rate (float): About as many frames a second.

    Example::

        with LiveVideo('annotated.mp4', classes, 25.) as video:
            predict_live(inferencer, newest, 25., 'camera0', video.show)
    """

    def __init__(self, path: Union[str, Path], classes: Sequence[str],
                 rate: float) -> None:
        self._path, self._rate = path, rate
        self._colors = rgb_colors(classes)
        self._video: Optional[VideoWriter] = None

    def __enter__(self) -> 'LiveVideo':
        return self

    def __exit__(self, *_) -> None:
        if self._video:
            self._video.close()

    def show(self, seconds: float, image: np.ndarray,
             faces: Sequence[ShownFace]) -> None:
        """Add a frame; the first decides the size."""
        if self._video is None:
            self._video = VideoWriter(self._path, image.shape[:2], self._rate)
        self._video.write(seconds, draw_faces(image, faces, self._colors))


def _until_damage(frames: Iterable[VideoFrame],
                  result: VideoResult) -> Iterator[VideoFrame]:
    """Frames that can be read; damage is known from the prediction."""
    try:
        yield from frames
    except VideoError:
        if not result.problem:
            raise


def _fit(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """An even size, as H.264 asks: a row or column is repeated."""
    if image.shape[:2] in ((height, width), (height - 1, width),
                           (height, width - 1), (height - 1, width - 1)):
        return cv2.copyMakeBorder(
            image, 0, height - image.shape[0], 0, width - image.shape[1],
            cv2.BORDER_REPLICATE)
    return cv2.resize(image, (width, height))  # a folder of mixed sizes


def _sound(out, path: str) -> Iterator[Tuple[float, list]]:
    """The sound as AAC: seconds and packets, as far as it can be read.

    The stream is added before the first packet is asked for.
    """
    import av

    source = av.open(path, **reading_options())
    if not source.streams.audio:
        source.close()
        return iter(())
    track = source.streams.audio[0]
    stream = out.add_stream('aac', rate=track.rate)
    stream.layout = 'mono' if track.channels == 1 else 'stereo'
    resampler = av.AudioResampler('fltp', stream.layout, track.rate)

    def packets() -> Iterator[Tuple[float, list]]:
        seconds = 0.
        with source:
            try:
                for frame in source.decode(track):
                    seconds = seconds if frame.time is None else frame.time
                    for part in resampler.resample(frame):
                        yield seconds, stream.encode(part)
            except av.FFmpegError:
                pass  # cut off: the sound ends where the file does
            yield seconds, stream.encode()

    return packets()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The video again, with boxes, labels and bars; its sound kept."""
from fractions import Fraction
from pathlib import Path
from typing import Dict, Iterable, Iterator, Optional, Tuple, Union

import cv2
import numpy as np

from ..datasets.videos import VideoError
from ..faces.video import VideoFrame
from .results import FaceTimeline, VideoResult
from .timeline_plot import emotion_colors

_TICKS = 90000  # time units a second
Colors = Dict[str, Tuple[int, int, int]]


def annotate_frame(image: np.ndarray, index: int, result: VideoResult,
                   colors: Colors) -> np.ndarray:
    """Draw box, label and bars of each face of a frame.

    Args:
        image (ndarray): uint8 (H, W, 3), RGB.
        index (int): Of the frame.
        result (VideoResult): Of the video.
        colors (dict): RGB of each emotion.

    Returns:
        ndarray: A drawn copy.
    """
    image = image.copy()
    for face in result.faces:
        i = index - int(face.frames[0])
        if 0 <= i < len(face.frames) and not np.isnan(face.boxes[i, 0]):
            _draw_face(image, face, i, result, colors)
    return image


def _draw_face(image: np.ndarray, face: FaceTimeline, i: int,
               result: VideoResult, colors: Colors) -> None:
    scale = max(image.shape[0], 540) / 720
    left, top, right, bottom = face.boxes[i].round().astype(int).tolist()
    known, text = bool(face.known[i]), f'#{face.face_id}'
    color = (255, 255, 255)
    if known:
        best = int(face.probs[i].argmax())
        text += f' {result.classes[best]} {100 * face.probs[i, best]:.0f}%'
        color = colors[result.classes[best]]
    line = max(1, round(3 * scale))
    if not face.detected[i]:
        line = 1
    cv2.rectangle(image, (left, top), (right, bottom), color, line)
    _write(image, text, (left, top - round(6 * scale)), .9 * scale, color)
    if known:
        _draw_bars(image, (right + round(6 * scale), top), face.probs[i],
                   result, colors, scale)


def _draw_bars(image: np.ndarray, corner: Tuple[int, int], probs: np.ndarray,
               result: VideoResult, colors: Colors, scale: float) -> None:
    """A bar for each emotion, names beside; kept inside the picture."""
    height, length = max(4, round(20 * scale)), max(12, round(70 * scale))
    width = length + round(90 * scale)
    x = max(0, min(corner[0], image.shape[1] - width))
    y = max(0, min(corner[1], image.shape[0] - height * len(probs)))
    panel = image[y:y + height * len(probs), x:x + width]
    panel[:] = panel // 3
    for k, (name, prob) in enumerate(zip(result.classes, probs)):
        low = y + k * height
        end = x + round(length * float(prob))
        cv2.rectangle(image, (x, low + 1), (end, low + height - 2),
                      colors[name], -1)
        cv2.putText(image, name, (x + length + 3, low + height - 4),
                    cv2.FONT_HERSHEY_SIMPLEX, .55 * scale, (255, 255, 255), 1,
                    cv2.LINE_AA)


def _write(image: np.ndarray, text: str, at: Tuple[int, int], size: float,
           color: Tuple[int, int, int]) -> None:
    at = (max(at[0], 0), max(at[1], round(24 * size)))
    for shade, width in (((0, 0, 0), 3), (color, 1)):
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, shade,
                    width, cv2.LINE_AA)


def write_annotated(result: VideoResult,
                    frames: Iterable[VideoFrame],
                    path: Union[str, Path],
                    sound: Optional[str] = None) -> None:
    """Write the annotated video: H.264 and AAC, each frame at its own time.

    Args:
        result (VideoResult): What to draw.
        frames (Iterable[VideoFrame]): The video's; one is in memory.
        path (str | Path): mp4 to write.
        sound (str, optional): File whose sound is kept, if it has any.
    """
    import av

    names = emotion_colors(result.classes)
    colors = {
        name: tuple(int(code[i:i + 2], 16) for i in (1, 3, 5))
        for name, code in names.items()
    }
    height, width = (side + side % 2 for side in result.shape)
    rate = Fraction(result.frame_rate or 25).limit_denominator(1001)
    with av.open(str(path), 'w', options=dict(movflags='faststart')) as out:
        stream = out.add_stream('libx264', rate=rate, options=dict(
            preset='veryfast', crf='21'))
        stream.width, stream.height = width, height
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.time_base = Fraction(1, _TICKS)
        packets = _sound(out, sound) if sound else iter(())
        waiting = next(packets, None)
        for index, seconds, image in _until_damage(frames, result):
            image = annotate_frame(image, index, result, colors)
            frame = av.VideoFrame.from_ndarray(
                _fit(image, height, width), format='rgb24')
            frame.pts = round(seconds * _TICKS)
            frame.time_base = Fraction(1, _TICKS)
            out.mux(stream.encode(frame))
            while waiting is not None and waiting[0] <= seconds:
                out.mux(waiting[1])
                waiting = next(packets, None)
        out.mux(stream.encode())
        while waiting is not None:
            out.mux(waiting[1])
            waiting = next(packets, None)


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

    source = av.open(path, metadata_errors='replace')
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

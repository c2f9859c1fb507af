# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Every frame of a video in turn, upright, with its time."""
import os
import re
from typing import Iterator, NamedTuple

import cv2
import numpy as np

from ..datasets.videos import INSTALL_PYAV, VideoError, reading_options, rgb_of


class VideoFrame(NamedTuple):
    """One frame.

    Attributes:
        index (int): 0-based, in the order of showing.
        time (float): Seconds, as the file says; frames of a variable rate
            keep theirs.
        image (np.ndarray): uint8 (H, W, 3), RGB, turned as the file asks and
            with square pixels. Grey becomes RGB, transparency is left out.
    """
    index: int
    time: float
    image: np.ndarray


def read_frames(path: str) -> Iterator[VideoFrame]:
    """Decode a video from its first frame to its last, one at a time.

    A packet that cannot be decoded is passed over and counted; the error
    comes after the last frame, so that those before it are not lost.

    Args:
        path (str): The file.

    Yields:
        VideoFrame: Each frame that can be decoded.

    Raises:
        VideoError: If the file is missing, empty, no video, cut off, or
            damaged; also when PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise VideoError(f'{path}: reading it frame by frame needs PyAV. Run: '
                         f'{INSTALL_PYAV}') from error
    if not os.path.isfile(path):
        raise VideoError(f'{path}: no such file')
    if not os.path.getsize(path):
        raise VideoError(f'{path}: the file is empty')
    try:
        with av.open(path, **reading_options()) as container:
            if not container.streams.video:
                raise VideoError(f'{path}: no video stream in it')
            yield from _decode(container, av.FFmpegError, path)
    except (av.FFmpegError, OSError) as error:
        raise VideoError(
            f'{path}: {getattr(error, "strerror", None) or error} (no video, '
            'or cut off before its index)') from error


def _decode(container, decode_error: type, path: str) -> Iterator[VideoFrame]:
    """Frames of the first video stream; then what is wrong with it."""
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise VideoError(f'{path}: its codec is not known to PyAV')
    stream.codec_context.thread_count = 1  # videos run side by side instead
    rate = float(stream.average_rate or 25)
    packets = damaged = index = 0
    last = 0.
    for packet in container.demux(stream):
        packets += packet.size > 0
        try:
            frames = packet.decode()
        except decode_error:
            damaged += 1
            continue
        for frame in frames:
            time = index / rate if frame.time is None else frame.time
            yield VideoFrame(index, time, upright(frame, stream))
            index += 1
            last = time + float((frame.duration or 0) * stream.time_base)
    if not index:
        raise VideoError(f'{path}: no frame in it can be decoded')
    if damaged:
        raise VideoError(f'{path}: damaged, {damaged} of {packets} packets '
                         f'cannot be decoded; {index} frames can')
    end = _announced_end(container, stream)
    # tolerance: three frames as spaced here, or a twentieth
    if end - last > max(3 * last / max(index - 1, 1), .05 * end):
        raise VideoError(f'{path}: cut off, {last:.2f} of {end:.2f} '
                         f'seconds are there, {index} frames')


def _announced_end(container, stream) -> float:
    """Seconds at which a video stream should end; 0 if nothing says so.

    Matroska writes it as text into the stream's tags, 00:01:30.250000000;
    the length of the whole file tells where there is no other stream.
    """
    start = float((stream.start_time or 0) * stream.time_base)
    if stream.duration:
        return start + float(stream.duration * stream.time_base)
    clock = re.fullmatch(r'(\d+):(\d+):(\d+\.?\d*)',
                         stream.metadata.get('DURATION', ''))
    if clock:
        hours, minutes, seconds = map(float, clock.groups())
        return 3600 * hours + 60 * minutes + seconds
    if container.duration and len(container.streams) == 1:
        return container.duration / 1e6
    return 0.


def upright(frame, stream) -> np.ndarray:
    """The image as it is to be seen."""
    image = rgb_of(frame)
    aspect = float(stream.sample_aspect_ratio or 1)
    if aspect > 0 and abs(aspect - 1) > .01:
        width = max(1, round(image.shape[1] * aspect))
        image = cv2.resize(image, (width, image.shape[0]))
    turns = round(frame.rotation / 90) % 4  # counter-clockwise
    return np.ascontiguousarray(np.rot90(image, turns))

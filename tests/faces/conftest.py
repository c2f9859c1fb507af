# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Small videos, made here, and a real face where present."""
import importlib
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from aen_mmaction.faces import FaceSettings, build_detector

IDENTITY = struct.pack('>9i', 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
QUARTER = struct.pack('>9i', 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)


def save_video(path, frames, times=None, codec='mpeg4', pix_fmt='yuv420p',
               aspect=None, front=False):
    """Write frames (H, W, 3 or 4) with their times in seconds; 10 a second."""
    options = dict(movflags='faststart') if front else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), 'w', options=options) as container:
        stream = container.add_stream(codec, rate=10)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, 1000)
        if codec == 'mpeg4':
            stream.codec_context.flags |= 2  # fixed quality
            stream.codec_context.global_quality = 118 * 2
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        for i, image in enumerate(frames):
            kind = 'rgb24' if image.shape[2] == 3 else 'rgba'
            frame = av.VideoFrame.from_ndarray(image, format=kind)
            frame.pts = round(1000 * (times[i] if times else i / 10))
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def turn(path):
    """Ask players to turn a video by a quarter clockwise, as phones do."""
    data = path.read_bytes()
    at = data.index(IDENTITY, data.index(b'tkhd'))
    path.write_bytes(data[:at] + QUARTER + data[at + len(QUARTER):])


def shades(count, height=48, width=64):
    """Frames of rising grey, darker on the left."""
    ramp = np.linspace(0, 60, width)[None, :, None]
    return [
        np.uint8(np.broadcast_to(ramp + 10 * i, (height, width, 3)))
        for i in range(count)
    ]


@pytest.fixture(scope='session')
def detectors():
    """The real detectors by name; loading dlib's points takes a second."""
    return {name: build_detector(FaceSettings(name))
            for name in ('centerface', 'dlib')}


@pytest.fixture
def make_video():
    """Function ``make_video(path, frames, ...)`` that writes a video."""
    return save_video


@pytest.fixture
def turn_video():
    """Function that marks an mp4 as filmed with the camera on its side."""
    return turn


@pytest.fixture
def make_shades():
    """Function ``make_shades(count, height, width)``: grey frames."""
    return shades


@pytest.fixture
def jobs(monkeypatch):
    """The module of the stand-ins, importable by worker processes too."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module('stand_in_jobs')


@pytest.fixture
def portrait(shared):
    """A real upright face, uint8 (360, 360, 3)."""
    with av.open(str(shared('data/videos/single_face.mp4'))) as container:
        frame = next(container.decode(video=0))
        return frame.to_ndarray(format='rgb24')[:, 120:480].copy()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Images, videos, and the face arrays of the exported runner."""
import io
from pathlib import Path
from typing import Optional

import cv2
import numpy as np
from PIL import Image

from ....datasets.transforms.loading import LoadFrames
from ....datasets.videos import Video
from ....faces.video import read_frames
from .reader import Make, Reader

NUM_FRAMES = 12
_HEIGHT, _WIDTH = 48, 64
_CODECS = dict(mp4='mpeg4', avi='mjpeg', flv='flv', mpg='mpeg1video')


# -------------------------------------------------------------------- images
def _image(kind: str) -> Make:

    def make(folder: Path) -> bytes:
        ramp = np.add.outer(np.arange(32), np.arange(32)) * 4
        pixels = np.stack([ramp, ramp.T, 255 - ramp], -1).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind)
        return buffer.getvalue()

    return make


def _read_image(path: Path) -> np.ndarray:
    clip = dict(frame_dir=str(path.parent), frames=[path.name],
                clip_id='1', ann='list.csv:1')
    return LoadFrames().transform(clip)['imgs'][0]


def _judge_jpeg(good: np.ndarray, found: np.ndarray,
                spoiled: bytes) -> Optional[str]:
    """No checksum: what another decoder makes of the same bytes."""
    if found.dtype != np.uint8 or found.ndim != 3 or found.shape[2] != 3:
        return f'{found.dtype} {found.shape}'
    other = cv2.imdecode(np.frombuffer(spoiled, np.uint8),
                         cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if other is None:
        return 'decoded, which OpenCV refuses'
    if other.shape != found.shape or np.abs(
            other[..., ::-1].astype(int) - found).max() > 8:
        return 'other pixels than OpenCV decodes'
    return None


def _judge_png(good: np.ndarray, found: np.ndarray,
               spoiled: bytes) -> Optional[str]:
    """Checksums: the pixels that were written, or an error."""
    return None if np.array_equal(good, found) else 'other pixels'


# -------------------------------------------------------------------- videos
def _video(suffix: str) -> Make:

    def make(folder: Path) -> bytes:
        import av
        path = folder / f'made.{suffix}'
        with av.open(str(path), 'w') as container:
            stream = container.add_stream(_CODECS[suffix], rate=25)
            stream.width, stream.height = _WIDTH, _HEIGHT
            stream.pix_fmt = 'yuvj420p' if suffix == 'avi' else 'yuv420p'
            for i in range(NUM_FRAMES):
                grey = np.full((_HEIGHT, _WIDTH, 3), 20 * i, np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format='rgb24')
                for packet in stream.encode(frame):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
        return path.read_bytes()

    return make


def _read_video(path: Path) -> list:
    video = Video(str(path))
    return video.frames(range(len(video)))


def _read_face_video(path: Path) -> list:
    return [frame.image for frame in read_frames(str(path))]


def _judge_video(good: list, found: list, spoiled: bytes) -> Optional[str]:
    """No checksum: images of one size, in the order they were written."""
    shapes = {frame.shape for frame in found}
    if not found or len(shapes) != 1 or any(f.dtype != np.uint8
                                            for f in found):
        return f'{len(found)} frames of {shapes}'
    return None


# --------------------------------------------------------------- face arrays
def _make_faces(folder: Path) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(2 * 8 * 8 * 3, dtype=np.uint8).reshape(
        2, 8, 8, 3))
    return buffer.getvalue()


def _read_faces(path: Path) -> np.ndarray:
    from ....inference.onnx_runner import read_faces  # needs onnxruntime
    return read_faces(path)


def _judge_faces(good: np.ndarray, found: np.ndarray,
                 spoiled: bytes) -> Optional[str]:
    """No checksum: the numbers that stand in the file."""
    return None if found.tobytes() in spoiled else 'numbers not in the file'


MEDIA_READERS = {
    'image: JPEG': Reader('00001.jpg', _image('jpeg'), _read_image,
                          _judge_jpeg),
    'image: PNG': Reader('00001.png', _image('png'), _read_image, _judge_png),
    **{
        f'video: {suffix}': Reader(f'00001.{suffix}', _video(suffix),
                                   _read_video, _judge_video, ('av', ))
        for suffix in _CODECS
    },
    'video of faces': Reader('00001.mp4', _video('mp4'), _read_face_video,
                             _judge_video, ('av', )),
    'face array': Reader('faces.npy', _make_faces, _read_faces, _judge_faces,
                         ('onnxruntime', )),
}

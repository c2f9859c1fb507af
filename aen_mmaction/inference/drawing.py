# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Boxes, labels and bars on the frames of a video."""
from typing import Dict, List, NamedTuple, Sequence, Tuple

import cv2
import numpy as np

from .results import VideoResult
from .timeline_plot import emotion_colors

Colors = Dict[str, Tuple[int, int, int]]
_WHITE = (255, 255, 255)


class ShownFace(NamedTuple):
    """A face of one frame.

    Attributes:
        face_id (int): Its track, from 1.
        box (ndarray): (4,), left, top, right, bottom in pixels.
        detected (bool): Not, where the box is interpolated.
        probs (ndarray): (K,), NaN where there is no answer.
    """
    face_id: int
    box: np.ndarray
    detected: bool
    probs: np.ndarray


def rgb_colors(classes: Sequence[str]) -> Colors:
    """RGB, 0 to 255, of each emotion, in the order of the classes."""
    return {
        name: tuple(int(code[i:i + 2], 16) for i in (1, 3, 5))
        for name, code in emotion_colors(classes).items()
    }


def faces_at(result: VideoResult, index: int) -> List[ShownFace]:
    """Faces that have a box in a frame.

    Args:
        result (VideoResult): Of the video.
        index (int): Of the frame, 0-based.
    """
    shown = []
    for face in result.faces:
        i = index - int(face.frames[0])
        if 0 <= i < len(face.frames) and not np.isnan(face.boxes[i, 0]):
            shown.append(ShownFace(face.face_id, face.boxes[i],
                                   bool(face.detected[i]), face.probs[i]))
    return shown


def draw_faces(image: np.ndarray, faces: Sequence[ShownFace],
               colors: Colors) -> np.ndarray:
    """Draw box, label and bars of each face.

    Args:
        image (ndarray): uint8 (H, W, 3), RGB.
        faces (Sequence[ShownFace]): In the frame.
        colors (dict): From :func:`rgb_colors`.

    Returns:
        ndarray: A drawn copy.
    """
    image = image.copy()
    for face in faces:
        _draw_face(image, face, colors)
    return image


def _draw_face(image: np.ndarray, face: ShownFace, colors: Colors) -> None:
    scale = max(image.shape[0], 540) / 720
    left, top, right, bottom = face.box.round().astype(int).tolist()
    known, text = not np.isnan(face.probs[0]), f'#{face.face_id}'
    color = _WHITE
    if known:
        best = int(face.probs.argmax())
        label = list(colors)[best]
        text += f' {label} {100 * face.probs[best]:.0f}%'
        color = colors[label]
    line = max(1, round(3 * scale)) if face.detected else 1
    cv2.rectangle(image, (left, top), (right, bottom), color, line)
    _write(image, text, (left, top - round(6 * scale)), .9 * scale, color)
    if known:
        _draw_bars(image, (right + round(6 * scale), top), face.probs, colors,
                   scale)


def _draw_bars(image: np.ndarray, corner: Tuple[int, int], probs: np.ndarray,
               colors: Colors, scale: float) -> None:
    """A bar for each emotion, names beside; kept inside the picture."""
    height, length = max(4, round(20 * scale)), max(12, round(70 * scale))
    width = length + round(90 * scale)
    x = max(0, min(corner[0], image.shape[1] - width))
    y = max(0, min(corner[1], image.shape[0] - height * len(probs)))
    panel = image[y:y + height * len(probs), x:x + width]
    panel[:] = panel // 3
    for k, (name, prob) in enumerate(zip(colors, probs)):
        low = y + k * height
        end = x + round(length * float(prob))
        cv2.rectangle(image, (x, low + 1), (end, low + height - 2),
                      colors[name], -1)
        cv2.putText(image, name, (x + length + 3, low + height - 4),
                    cv2.FONT_HERSHEY_SIMPLEX, .55 * scale, _WHITE, 1,
                    cv2.LINE_AA)


def _write(image: np.ndarray, text: str, at: Tuple[int, int], size: float,
           color: Tuple[int, int, int]) -> None:
    """Text with a dark rim: the same strokes moved by a pixel each way.

    Thicker strokes would do as a rim only where the width of a text does not
    depend on them, which in OpenCV 5 it does.
    """
    x, y = max(at[0], 0), max(at[1], round(24 * size))
    rim = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    for shade, moves in (((0, 0, 0), rim), (color, [(0, 0)])):
        for i, j in moves:
            cv2.putText(image, text, (x + i, y + j), cv2.FONT_HERSHEY_SIMPLEX,
                        size, shade, 1, cv2.LINE_AA)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Similarity alignment: upright faces of one size (pure functions)."""
import math

import cv2
import numpy as np

from .settings import FaceSettings
from .templates import TEMPLATES


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Similarity that maps points to others, in least squares.

    With points as complex numbers, centred ``z`` and ``w``: rotation and
    scale ``a = sum(conj(z) w) / sum(|z|^2)``; never a mirror image.

    Args:
        source (np.ndarray): Float (P, 2), x and y.
        target (np.ndarray): Float (P, 2).

    Returns:
        np.ndarray: float64 (2, 3), ``[[re a, -im a, x], [im a, re a, y]]``.

    Raises:
        ValueError: If all source points are the same.
    """
    z, w = (p[:, 0] + 1j * p[:, 1] for p in (source, target))
    centred = z - z.mean()
    spread = np.sum(np.abs(centred)**2)
    if not spread > 0:
        raise ValueError(f'expected distinct finite points, got {source}')
    a = np.sum(centred.conj() * (w - w.mean())) / spread
    b = w.mean() - a * z.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def target_points(settings: FaceSettings) -> np.ndarray:
    """Where the landmarks go in the aligned face.

    ``(template + margin) / (1 + 2 margin) * size - 1/2``: pixel (0, 0) is
    the centre of the first pixel.

    Returns:
        np.ndarray: float64 (5, 2), pixels.
    """
    unit = TEMPLATES[settings.detector]
    share = (unit + settings.margin) / (1 + 2 * settings.margin)
    return share * settings.size - .5


def align_face(frame: np.ndarray, landmarks: np.ndarray,
               settings: FaceSettings) -> np.ndarray:
    """Cut one face out of a frame, upright and in one size.

    Bilinear. A face that shrinks is drawn larger first and then averaged
    over areas, so that nothing aliases. What lies outside the frame is black.

    Args:
        frame (np.ndarray): uint8 (H, W, 3).
        landmarks (np.ndarray): Float (5, 2), the detector's points in pixels.
        settings (FaceSettings): Detector, margin and size.

    Returns:
        np.ndarray: uint8 (size, size, 3).

    Raises:
        ValueError: If frame or landmarks have another shape, or all points
            are the same.
    """
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ValueError('frame: expected uint8 (H, W, 3), got '
                         f'{frame.dtype} {frame.shape}')
    if landmarks.shape != (5, 2):
        raise ValueError(f'landmarks: expected (5, 2), got {landmarks.shape}')
    matrix = similarity(landmarks, target_points(settings))
    shrinks = 1 / math.hypot(matrix[0, 0], matrix[1, 0])
    k = max(1, min(math.ceil(shrinks - .01), 8))
    # edges of pixels, not centres, are k times as far from the origin
    matrix = matrix * k
    matrix[:, 2] += (k - 1) / 2
    side = settings.size * k
    face = cv2.warpAffine(frame, matrix, (side, side), flags=cv2.INTER_LINEAR)
    if k > 1:
        face = cv2.resize(face, (settings.size, settings.size),
                          interpolation=cv2.INTER_AREA)
    return face

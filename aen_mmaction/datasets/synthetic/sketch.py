# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Drawing with sub-pixel, anti-aliased polygons in face coordinates."""
from typing import Sequence, Union

import cv2
import numpy as np

from .mesh import Mesh, Pose, camera

_SHIFT = 4  # fractional bits of a coordinate
Color = Union[float, Sequence[float]]


class Sketch:
    """One frame being drawn: posed curves, and pens for them.

    Args:
        mesh (Mesh): The person's curves.
        activation (np.ndarray): ``(len(ACTION_UNITS), )``.
        pose (Pose): Head pose.
        side (int): Canvas side in pixels.

    Attributes:
        face (np.ndarray): ``(2, M, 3)`` curves in face coordinates.
        unit (float): Pixels of one face unit.
    """

    def __init__(self, mesh: Mesh, activation: np.ndarray, pose: Pose,
                 side: int) -> None:
        self.where = mesh.where
        self.pose = pose
        self.unit = pose.unit * side
        self.face = mesh.points(activation)
        self._matrix, self._shift = camera(pose, side)
        signed = self.face * np.array(((1, 1, 1), (-1, 1, 1)))[:, None]
        self._pixels = self.project(signed)

    def project(self, points: np.ndarray) -> np.ndarray:
        """Face coordinates ``(..., 3)`` to pixels ``(..., 2)``."""
        return points @ self._matrix.T + self._shift

    def curve(self, name: str, half: int) -> np.ndarray:
        """Pixels ``(m, 2)`` of a curve; half 0 is the image's right."""
        return self._pixels[half, self.where[name]]

    def both(self, name: str) -> np.ndarray:
        """Pixels ``(2m-1, 2)`` of a curve over the middle, left to right."""
        right, left = self._pixels[:, self.where[name]]
        middle = .5 * (left[:1] + right[:1])
        return np.concatenate((left[:0:-1], middle, right[1:]))

    @staticmethod
    def fill(canvas: np.ndarray, points: np.ndarray, color: Color) -> None:
        """Fill a polygon ``(m, 2)`` given in pixels."""
        fixed = np.rint(points * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(canvas, [fixed], color, cv2.LINE_AA, _SHIFT)

    def line(self, canvas: np.ndarray, lines: Sequence[np.ndarray],
             color: Color, width: float) -> None:
        """Draw open lines ``(m, 2)``, their width in face units."""
        fixed = [np.rint(points * (1 << _SHIFT)).astype(np.int32)
                 for points in lines]
        thick = max(1, round(width * self.unit))
        # shading layers (one channel) are blurred later
        kind = cv2.LINE_AA if canvas.ndim == 3 else cv2.LINE_8
        cv2.polylines(canvas, fixed, False, color, thick, kind, _SHIFT)

    def ribbon(self, canvas: np.ndarray, points: np.ndarray, color: Color,
               widths: np.ndarray) -> None:
        """Draw a line whose width, in face units, changes along it."""
        along = np.empty_like(points)
        along[1:-1] = points[2:] - points[:-2]
        along[[0, -1]] = points[[1, -1]] - points[[0, -2]]
        length = np.hypot(along[:, 0], along[:, 1]) + 1e-9
        half = (along[:, ::-1] * (-1, 1) *
                (.5 * self.unit * widths / length)[:, None])
        self.fill(canvas, np.concatenate((points + half,
                                          (points - half)[::-1])), color)


def between(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Polygon between two curves that run in the same direction."""
    return np.concatenate((upper, lower[::-1]))

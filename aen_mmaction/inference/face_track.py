# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""One face of a video, from detections and windows to a timeline."""
from typing import Dict, List, Optional

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ..faces import Face
from ..faces.gaps import fill_gaps
from .face_run import FaceRun
from .options import PredictOptions
from .results import FaceTimeline
from .sliding import Window


class FaceTrack:
    """Boxes and landmarks of one face, gaps filled.

    Args:
        face_id (int): From 1.
        found (dict[int, Face]): Frame -> detection, at least one.
        max_gap (int): Longest run of frames without one that is filled.

    Attributes:
        first, last (int): First and last frame with a detection.
        landmarks (dict[int, ndarray]): Frame -> (5, 2).
        boxes (ndarray): float32 (F, 4) from the first frame to the last; NaN
            without the face.
        confidence (ndarray): float32 (F,), NaN where it was not detected.
        detected (ndarray): bool (F,).
    """

    def __init__(self, face_id: int, found: Dict[int, Face],
                 max_gap: int) -> None:
        self.face_id = face_id
        self.first, self.last = min(found), max(found)
        length = self.last - self.first + 1
        inds, faces = list(found), list(found.values())
        values = np.stack([
            np.vstack([face.box.reshape(2, 2), face.landmarks])
            for face in faces
        ])  # (n, 7, 2): corners of the box, five points
        every, filled, _ = fill_gaps(inds, values, max_gap)
        self.landmarks = dict(zip(every.tolist(), filled[:, 2:]))
        self.boxes = np.full((length, 4), np.nan, np.float32)
        self.boxes[every - self.first] = filled[:, :2].reshape(-1, 4)
        self.confidence = np.full(length, np.nan, np.float32)
        at = np.array(inds) - self.first
        self.confidence[at] = [face.score for face in faces]
        self.detected = np.zeros(length, bool)
        self.detected[at] = True

    def timeline(self, run: FaceRun, times: np.ndarray, rate: float,
                 options: PredictOptions, num_classes: int) -> FaceTimeline:
        """Probabilities for each frame, from those of windows.

        Args:
            run (FaceRun): The face's windows.
            times (ndarray): float64, seconds of each frame of the video.
            rate (float): Of the video's grid of time.
            options (PredictOptions): Smoothing.
            num_classes (int): K.
        """
        frames = np.arange(self.first, self.last + 1)
        places = (times[frames] - times[0]) * rate
        there = ~np.isnan(self.boxes[:, 0])
        probs, groups = (
            spread_windows(run.windows, key, places, there,
                           options.smooth * rate)
            for key in ('pred_score', 'pred_group_score'))
        if probs is None:  # no window held enough of the face
            probs = np.full((len(frames), num_classes), np.nan, np.float32)
        return FaceTimeline(
            self.face_id, frames, times[frames], self.boxes, self.confidence,
            self.detected, probs, groups, run.thumbnails, run.windows)


def brief(face_id: int, found: Dict[int, Face]) -> Dict:
    """A face that was seen too shortly, for ``VideoResult.left_out``."""
    return dict(face=face_id, frames=[min(found) + 1, max(found) + 1],
                detected=len(found))


def spread_windows(windows: List[Window], key: str, places: np.ndarray,
                   there: np.ndarray, sigma: float) -> Optional[np.ndarray]:
    """Probabilities of windows to probabilities of frames.

    Args:
        windows (list[Window]): In order; those without scores are left out.
        key (str): Of ``Window.scores``.
        places (ndarray): float (F,), the frames' times on the grid by which
            windows count, rising; whole at a constant frame rate.
        there (ndarray): bool (F,), frames with the face.
        sigma (float): Standard deviation of the Gaussian, in positions of
            the grid; 0: none.

    Returns:
        ndarray | None: float32 (F, C), NaN without the face; None if no
        window has the key.
    """
    scored = [w for w in windows if w.scores and key in w.scores]
    if not scored:
        return None
    middles = [(w.start + w.stop - 1) / 2 for w in scored]
    values = np.stack([w.scores[key] for w in scored]).astype(float)
    probs = _resample(places, middles, values)
    if sigma > 0:
        probs = _smooth(probs, places, there, sigma)
    probs[~there] = np.nan
    return probs.astype(np.float32)


def _resample(at: np.ndarray, places: np.ndarray,
              values: np.ndarray) -> np.ndarray:
    """Linear between the places; (n, C) -> (len(at), C)."""
    return np.stack([np.interp(at, places, v) for v in values.T], -1)


def _smooth(probs: np.ndarray, places: np.ndarray, there: np.ndarray,
            sigma: float) -> np.ndarray:
    """Over frames with the face only, with weights that sum to 1."""
    places = np.maximum.accumulate(places)
    grid = np.arange(np.floor(places[0]), np.ceil(places[-1]) + 1)
    nearest = np.interp(grid, places, np.arange(len(places))).round()
    weight = there[nearest.astype(int), None].astype(float)
    mass, total = (
        gaussian_filter1d(v, sigma, axis=0, mode='constant')
        for v in (_resample(grid, places, probs) * weight, weight))
    return _resample(places, grid, mass / np.maximum(total, 1e-12))

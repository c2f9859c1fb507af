# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Who is who from frame to frame."""
from collections import deque
from typing import Deque, List, Sequence, Tuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from .alignment import align_face
from .detector import Face
from .settings import FaceSettings

_NEVER = 1e6


class Tracker:
    """Gives faces of one video their identities, frame by frame.

    A face continues the track that it fits best in place, size and look;
    all faces of a frame are assigned together, at the least total cost

    ``distance / size + |log(size / size_t)| + 3 (1 - likeness)``

    where the distance is that to the place where the track's motion over its
    last five detections leads, and the likeness is the correlation of two
    small aligned faces, so that tracks that cross keep their faces, and a
    cut to another person starts another track. A face that fits no track
    starts one. A track ends after ``max_lost`` frames without a detection.

    Args:
        settings (FaceSettings): Settings of the detector used.
        max_lost (int): In frames.

    Example:
        >>> tracker = Tracker(settings)
        >>> for index, frame in enumerate(frames):
        ...     pairs = tracker.update(index, frame, detector(frame))
    """

    # Measured: different people 0.3 (median), the same person 0.9 in the next
    # frame, 0.7 after a second, 0.3 with a hand before the mouth.
    MIN_LIKENESS, MIN_LIKENESS_AFTER_LOSS = .5, .2
    MAX_DISTANCE = .6  # in sizes of the face, and 0.1 more a frame missed
    MAX_GROWTH = .4  # of log size, and 0.05 more a frame missed

    def __init__(self, settings: FaceSettings, max_lost: int = 30) -> None:
        if max_lost < 0:
            raise ValueError(f'max_lost: expected 0 or more, got {max_lost}')
        self.max_lost = max_lost
        self._look = FaceSettings(settings.detector, settings.margin, 16)
        self._tracks: List[_Track] = []
        self._next_id = 1

    def update(self, index: int, frame: np.ndarray,
               faces: Sequence[Face]) -> List[Tuple[int, Face]]:
        """Assign the faces of one frame.

        Args:
            index (int): The frame's number, greater than the one before.
                Frames that are left out count as frames without a face.
            frame (np.ndarray): uint8 (H, W, 3), RGB.
            faces (Sequence[Face]): What was detected in it.

        Returns:
            list[tuple[int, Face]]: Track id, from 1, and face; in the order
            of ``faces``.
        """
        self._tracks = [
            t for t in self._tracks if index - t.last <= self.max_lost + 1
        ]
        looks = [self._describe(frame, face) for face in faces]
        cost = np.array([[self._cost(track, index, face, look)
                          for face, look in zip(faces, looks)]
                         for track in self._tracks])
        owners = {}
        if cost.size:
            owners = {
                j: self._tracks[i]
                for i, j in zip(*linear_sum_assignment(cost))
                if cost[i, j] < _NEVER
            }
        pairs = []
        for j, (face, look) in enumerate(zip(faces, looks)):
            track = owners.get(j)
            if track is None:
                track = _Track(self._next_id)
                self._next_id += 1
                self._tracks.append(track)
            track.add(index, face, look)
            pairs.append((track.id, face))
        return pairs

    def _describe(self, frame: np.ndarray, face: Face) -> np.ndarray:
        """Aligned face of 16 pixels, centred, of unit length."""
        look = align_face(frame, face.landmarks, self._look).astype(float)
        look = look.ravel() - look.mean()
        return look / max(np.linalg.norm(look), 1e-6)

    def _cost(self, track: '_Track', index: int, face: Face,
              look: np.ndarray) -> float:
        place, size = _place(face)
        missed = index - track.last - 1
        expected, size_then = track.expect(index)
        distance = np.linalg.norm(place - expected) / size_then
        growth = abs(np.log(size / size_then))
        likeness = float(look @ track.look)
        if (distance > self.MAX_DISTANCE + .1 * missed
                or growth > self.MAX_GROWTH + .05 * missed
                or likeness < (self.MIN_LIKENESS_AFTER_LOSS
                               if missed else self.MIN_LIKENESS)):
            return _NEVER
        return distance + growth + 3 * (1 - likeness)


class _Track:
    """The last detections of one face."""

    def __init__(self, track_id: int) -> None:
        self.id = track_id
        self._recent: Deque[Tuple[int, np.ndarray, float]] = deque(maxlen=5)

    def add(self, index: int, face: Face, look: np.ndarray) -> None:
        self.last = index
        self.look = look
        self._recent.append((index, *_place(face)))

    def expect(self, index: int) -> Tuple[np.ndarray, float]:
        """Centre (2,) at a frame, by a line through the last, and size."""
        times, places, sizes = zip(*self._recent)
        times, places = np.array(times, float), np.array(places)
        centred = times - times.mean()
        spread = np.sum(centred**2)
        speed = centred @ places / spread if spread else np.zeros(2)
        return (places.mean(0) + speed * (index - times.mean()),
                float(np.mean(sizes)))


def _place(face: Face) -> Tuple[np.ndarray, float]:
    """Centre (2,) and size (square root of the area) of a box."""
    left, top, right, bottom = face.box.astype(float)
    return (np.array([(left + right) / 2, (top + bottom) / 2]),
            float(np.sqrt(max((right - left) * (bottom - top), 1.))))

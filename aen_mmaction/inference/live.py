# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The faces of a live source, frame by frame."""
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import numpy as np

from ..datasets.videos import VideoError
from ..faces import Face, Tracker, align_face
from .drawing import ShownFace
from .face_run import FaceRun
from .face_track import brief
from .inferencer import DFERInferencer
from .live_source import NewestFrame
from .results import FaceTimeline, VideoResult
from .windows import TimeGrid, mean_rate

Show = Callable[[float, np.ndarray, List[ShownFace]], Any]


class _Seen(NamedTuple):
    """A face in one frame, and what was known of it then."""
    face: Face
    scores: Optional[Dict[str, np.ndarray]]


class LiveFaces:
    """Detects, tracks, aligns and scores, one frame a call.

    Nothing is interpolated or smoothed, since the future is not known: a
    face has a box where it was detected, and the answer of the newest window
    that was due by then. Frames are encoded once each, windows are those of
    :class:`DFERInferencer`. A lost face gives its buffer back.

    Args:
        inferencer (DFERInferencer): Model, detector and options.
        rate (float): Frames per second of the source.

    Attributes:
        times (list[float]): Seconds of the frames looked at.

    Raises:
        ValueError: If the options ask for smoothing.
    """

    def __init__(self, inferencer: DFERInferencer, rate: float) -> None:
        if inferencer.options.smooth:
            raise ValueError('smooth: expected 0 for a live source, whose '
                             'future is not known, got '
                             f'{inferencer.options.smooth}')
        self.times: List[float] = []
        self._inferencer = inferencer
        self._sliding = inferencer.options.sliding(rate)
        self._grid = TimeGrid(rate)
        self._tracker = Tracker(inferencer.faces)
        self._seen: Dict[int, Dict[int, _Seen]] = {}
        self._runs: Dict[int, FaceRun] = {}
        self._shape = (0, 0)

    def update(self, seconds: float, image: np.ndarray) -> List[ShownFace]:
        """Look at a frame.

        Args:
            seconds (float): Its time; not before the last one's.
            image (ndarray): uint8 (H, W, 3), RGB.

        Returns:
            list[ShownFace]: The faces in it.
        """
        index = len(self.times)
        self.times.append(seconds)
        if not index:
            self._shape = image.shape[:2]
        held, own = self._grid.place(seconds)
        found = self._inferencer.detector(image)
        shown = []
        for face_id, face in self._tracker.update(index, image, found):
            seen = self._seen.setdefault(face_id, {})
            if face_id not in self._runs:
                self._runs[face_id] = FaceRun(
                    self._inferencer.scorer, chunk=1, **self._sliding)
            aligned = align_face(image, face.landmarks,
                                 self._inferencer.faces)
            due = self._runs[face_id].push(index, aligned, held, own)
            scores = due[-1].scores if due else (
                seen[_last(seen)].scores if seen else None)
            seen[index] = _Seen(face, scores)
            shown.append(ShownFace(face_id, face.box, True,
                                   self._probs(scores)))
        for face_id, run in self._runs.items():
            if index - _last(self._seen[face_id]) > self._tracker.max_lost:
                run.release()
        return shown

    def _probs(self, scores: Optional[Dict[str, np.ndarray]]) -> np.ndarray:
        nothing = np.full(len(self._inferencer.classes), np.nan, np.float32)
        return scores['pred_score'] if scores else nothing

    def result(self, name: str, problem: str = '') -> VideoResult:
        """All that was said so far.

        Args:
            name (str): Of the source.
            problem (str): Why it ended, if not as it should.
        """
        inferencer, times = self._inferencer, np.array(self.times)
        least = inferencer.options.min_detections(
            mean_rate(times) or self._grid.rate, len(times))
        faces = [self._timeline(face_id, seen, times)
                 for face_id, seen in self._seen.items() if len(seen) >= least]
        faces.sort(key=lambda face: -int(face.detected.sum()))
        left_out = [brief(face_id, seen)
                    for face_id, seen in self._seen.items()
                    if len(seen) < least]
        return VideoResult(
            name, inferencer.classes, inferencer.hierarchy, times,
            self._shape, faces, {**inferencer.settings(), 'max_gap': 0},
            problem, left_out=left_out)

    def _timeline(self, face_id: int, seen: Dict[int, _Seen],
                  times: np.ndarray) -> FaceTimeline:
        first, last = min(seen), _last(seen)
        frames = np.arange(first, last + 1)
        at = np.array(list(seen)) - first
        boxes = np.full((len(frames), 4), np.nan, np.float32)
        confidence = np.full(len(frames), np.nan, np.float32)
        boxes[at] = [s.face.box for s in seen.values()]
        confidence[at] = [s.face.score for s in seen.values()]
        probs = np.full((len(frames), len(self._inferencer.classes)), np.nan,
                        np.float32)
        probs[at] = [self._probs(s.scores) for s in seen.values()]
        groups, hierarchy = None, self._inferencer.hierarchy
        if hierarchy:
            groups = np.full((len(frames), hierarchy.num_groups), np.nan,
                             np.float32)
            for i, s in zip(at, seen.values()):
                if s.scores:
                    groups[i] = s.scores['pred_group_score']
        run = self._runs[face_id]
        return FaceTimeline(
            face_id, frames, times[frames], boxes, confidence,
            ~np.isnan(confidence), probs, groups, run.thumbnails,
            run.windows)


def _last(seen: Dict[int, _Seen]) -> int:
    """The newest frame; they were entered in order."""
    return next(reversed(seen))


def predict_live(inferencer: DFERInferencer, newest: NewestFrame, rate: float,
                 name: str, show: Optional[Show] = None) -> VideoResult:
    """Predict on a live source until it ends or ``newest`` is closed.

    Args:
        inferencer (DFERInferencer): Model, detector and options.
        newest (NewestFrame): Of the source.
        rate (float): Frames per second, as the source announces.
        name (str): Of the source.
        show (Callable, optional): Called with the seconds, the image and the
            faces of each frame looked at.

    Returns:
        VideoResult: Of the frames looked at, which it counts from 0; what
        was dropped is counted in ``live``.

    Raises:
        VideoError: If not a single frame came.
    """
    faces, delays, problem = LiveFaces(inferencer, rate), [], ''
    start = time.monotonic()
    try:
        for arrived, frame in newest:
            shown = faces.update(frame.time, frame.image)
            delays.append(1e3 * (time.monotonic() - arrived))
            if show is not None:
                show(frame.time, frame.image, shown)
    except VideoError as error:
        if not delays:
            raise
        problem = str(error)
    finally:
        newest.close()
        newest.join()
    if not delays:
        raise VideoError(f'{name}: not a single frame came')
    result = faces.result(name, problem)
    spent = time.monotonic() - start
    middle, most = np.percentile(delays, (50, 95)).round(1).tolist()
    result.live = dict(
        received=newest.received,
        looked_at=len(delays),
        dropped=newest.dropped,
        frames_per_second=round(len(delays) / spent, 2),
        latency_ms=dict(median=middle, percentile_95=most,
                        largest=round(max(delays), 1)))
    return result

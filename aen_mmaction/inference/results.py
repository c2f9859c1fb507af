# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a prediction gives: a timeline for each face of a video."""
from dataclasses import dataclass, field
from itertools import groupby
from typing import Dict, List, Optional, Tuple

import numpy as np

from ..emotions import EmotionHierarchy
from .sliding import Window
from .windows import mean_rate


@dataclass
class FaceTimeline:
    """One face, frame by frame from its first to its last, F frames.

    Attributes:
        face_id (int): Its track, from 1.
        frames (ndarray): int64 (F,), 0-based, without a hole.
        times (ndarray): float64 (F,), seconds, as the video says.
        boxes (ndarray): float32 (F, 4), left, top, right, bottom in pixels;
            NaN in frames without the face.
        confidence (ndarray): float32 (F,), the detector's; NaN where the face
            was not detected.
        detected (ndarray): bool (F,). Not detected but with a box: between
            two detections, interpolated.
        probs (ndarray): float32 (F, K), rows sum to 1; NaN without the face.
        group_probs (ndarray | None): float32 (F, G), likewise.
        thumbnails (list): Some ``(frame, uint8 (h, w, 3))``, RGB.
        windows (list[Window]): What the model said, counted on the grid of
            time (:class:`TimeGrid`).
    """
    face_id: int
    frames: np.ndarray
    times: np.ndarray
    boxes: np.ndarray
    confidence: np.ndarray
    detected: np.ndarray
    probs: np.ndarray
    group_probs: Optional[np.ndarray] = None
    thumbnails: List[Tuple[int, np.ndarray]] = field(default_factory=list)
    windows: List[Window] = field(default_factory=list)

    @property
    def known(self) -> np.ndarray:
        """Bool (F,), where there are probabilities."""
        return ~np.isnan(self.probs[:, 0])

    @property
    def num_windows(self) -> int:
        """Windows that were scored."""
        return sum(window.scores is not None for window in self.windows)


@dataclass
class VideoResult:
    """All faces of a video.

    Attributes:
        name (str): Of the source.
        classes (tuple[str]): The K emotions, in the order of ``probs``.
        hierarchy (EmotionHierarchy | None): Their groups.
        times (ndarray): float64, seconds of each frame of the video.
        shape (tuple[int, int]): Height and width in pixels.
        faces (list[FaceTimeline]): Those that were there longest first.
        settings (dict): How it was made.
        problem (str): Why not all frames could be read; empty if they could.
        seconds (dict[str, float]): Processor time of detection, alignment
            and model.
        left_out (list[dict]): Faces seen too shortly to be in ``faces``:
            ``face``, ``frames`` (first and last, from 1) and ``detected``.
        live (dict): Of a live source: frames ``received``, ``looked_at``,
            ``dropped``, ``frames_per_second`` and ``latency_ms``.
    """
    name: str
    classes: Tuple[str, ...]
    hierarchy: Optional[EmotionHierarchy]
    times: np.ndarray
    shape: Tuple[int, int]
    faces: List[FaceTimeline]
    settings: Dict = field(default_factory=dict)
    problem: str = ''
    seconds: Dict[str, float] = field(default_factory=dict)
    left_out: List[Dict] = field(default_factory=list)
    live: Dict = field(default_factory=dict)

    @property
    def frame_rate(self) -> Optional[float]:
        """Mean frames per second; None for a single frame."""
        return mean_rate(self.times)

    @property
    def nothing(self) -> str:
        """Why there is no face, where there is none."""
        return ('no face for long enough' if self.left_out else
                'no face in any frame')

    @property
    def group_names(self) -> Tuple[str, ...]:
        """The G groups; none without a hierarchy."""
        return self.hierarchy.group_names if self.hierarchy else ()


def label_runs(face: FaceTimeline, classes: Tuple[str, ...]) -> List[Dict]:
    """Stretches of one label.

    Returns:
        list[dict]: ``label``, ``start`` and ``end`` in seconds, ``frames``
        (first and last, from 1) and mean ``probability`` of the label;
        frames without the face part stretches.
    """
    labels = np.where(face.known, np.nan_to_num(face.probs).argmax(1), -1)
    runs, at = [], 0
    for label, members in groupby(labels.tolist()):
        first, at = at, at + len(list(members))
        if label >= 0:
            runs.append(
                dict(
                    label=classes[label],
                    start=round(float(face.times[first]), 4),
                    end=round(float(face.times[at - 1]), 4),
                    frames=[int(face.frames[first]) + 1,
                            int(face.frames[at - 1]) + 1],
                    probability=round(
                        float(face.probs[first:at, label].mean()), 4)))
    return runs


def summarize(result: VideoResult) -> Dict:
    """A result in short, of plain values.

    Returns:
        dict: The video, how it was made and, for each face, when it was
        there, its mean probabilities, the label of their largest, and its
        :func:`label_runs`.
    """
    rate = result.frame_rate
    live = dict(live=result.live) if result.live else {}
    return dict(
        video=result.name,
        frames=len(result.times),
        frame_rate=rate and round(rate, 4),
        height=result.shape[0],
        width=result.shape[1],
        problem=result.problem,
        emotions=list(result.classes),
        groups=result.hierarchy.groups if result.hierarchy else {},
        settings=result.settings,
        **live,
        left_out=result.left_out,
        faces=[_summarize_face(face, result) for face in result.faces])


def _summarize_face(face: FaceTimeline, result: VideoResult) -> Dict:
    boxed = ~np.isnan(face.boxes[:, 0])
    summary = dict(
        face=face.face_id,
        start=round(float(face.times[0]), 4),
        end=round(float(face.times[-1]), 4),
        frames=[int(face.frames[0]) + 1, int(face.frames[-1]) + 1],
        detected=int(face.detected.sum()),
        interpolated=int((boxed & ~face.detected).sum()),
        without_face=int((~boxed).sum()),
        windows=face.num_windows,
        label=None)
    if face.known.any():
        mean = face.probs[face.known].mean(0)
        summary['label'] = result.classes[int(mean.argmax())]
        summary['mean_probabilities'] = _named(result.classes, mean)
        if face.group_probs is not None:
            summary['mean_group_probabilities'] = _named(
                result.group_names, face.group_probs[face.known].mean(0))
    summary['stretches'] = label_runs(face, result.classes)
    return summary


def _named(names: Tuple[str, ...], values: np.ndarray) -> Dict[str, float]:
    return {n: round(float(v), 4) for n, v in zip(names, values)}

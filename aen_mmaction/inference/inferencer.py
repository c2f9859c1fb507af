# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A video in, the emotions of its faces out."""
import time
from dataclasses import dataclass
from typing import Dict, List, Optional, Union

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ..datasets.videos import VideoError
from ..faces import FaceDetector, FaceSettings, align_face, build_detector
from ..faces.gaps import fill_gaps
from ..faces.survey import Survey, survey_frames
from .face_run import FaceRun
from .loading import LoadedModel
from .results import FaceTimeline, VideoResult, mean_rate
from .scorers import build_scorer
from .sliding import Window
from .sources import Source, find_sources, source_frames
from .windows import seconds_to_frames


@dataclass(frozen=True)
class PredictOptions:
    """What decides the numbers, besides model and faces.

    Attributes:
        window (float): Seconds that the model looks at for one answer; its
            frames are sampled as in testing.
        stride (float): Seconds between the starts of windows.
        smooth (float): Standard deviation, in seconds, of a Gaussian over
            the probabilities; 0 for none.
        max_gap (int): Longest run of frames without a detection that is
            interpolated, as in data preparation.
        min_coverage (float): Least share of a window's frames with a face.
        frame_rate (float): Frames per second of folders of frames.
    """
    window: float = 2.
    stride: float = .2
    smooth: float = 0.
    max_gap: int = 10
    min_coverage: float = .5
    frame_rate: float = 25.

    def __post_init__(self) -> None:
        for name in ('window', 'stride', 'frame_rate'):
            if not getattr(self, name) > 0:
                raise ValueError(f'{name}: expected a number above 0, got '
                                 f'{getattr(self, name)}')
        for name in ('smooth', 'max_gap'):
            if not getattr(self, name) >= 0:
                raise ValueError(f'{name}: expected 0 or more, got '
                                 f'{getattr(self, name)}')


class DFERInferencer:
    """Detects, tracks and aligns the faces of a video and scores windows.

    ::

        pass 1  frames -> detector -> tracker -> gaps filled
        pass 2  frames -> aligned faces -> windows of each -> probabilities

    Frames are decoded twice and never kept, so that memory does not grow
    with the video's length but by about 0.5 kB a frame and face.

    A window's answer stands at its middle; between the middles of two
    windows it is interpolated, before the first and after the last it holds.

    Args:
        loaded (LoadedModel): From :func:`load_recognizer`.
        faces (FaceSettings, optional): How faces are cut. Defaults to what
            the checkpoint says, and to ``FaceSettings()`` if it says nothing.
        options (PredictOptions): Window, stride and so on.
        detector (FaceDetector, optional): Instead of the one that ``faces``
            names.

    Attributes:
        faces (FaceSettings): In use.
        trained_faces (FaceSettings | None): Those of the training, as the
            checkpoint says; None if it does not.

    Raises:
        ValueError: If ``faces`` are not those of the training.

    Example::

        model = load_recognizer(config, checkpoint)
        result = DFERInferencer(model)('video.mp4')
        print(result.faces[0].times, result.faces[0].probs)
    """

    def __init__(self,
                 loaded: LoadedModel,
                 faces: Optional[FaceSettings] = None,
                 options: PredictOptions = PredictOptions(),
                 detector: Optional[FaceDetector] = None) -> None:
        self.trained_faces = trained_faces(loaded.meta)
        if faces and self.trained_faces:
            faces.require_same(self.trained_faces, 'this prediction',
                               'the training of the checkpoint')
        self.faces = faces or self.trained_faces or FaceSettings()
        self.options = options
        self.classes, self.hierarchy = loaded.classes, loaded.hierarchy
        self.scorer = build_scorer(loaded)
        self.detector = detector or build_detector(self.faces)

    def __call__(self, source: Union[str, Source]) -> VideoResult:
        """Predict on one video or folder of frames.

        Args:
            source (str | Source): File or folder.

        Returns:
            VideoResult: Without a face, an empty one; of a damaged video,
            what could be read, with ``problem``.

        Raises:
            FileNotFoundError: If there is no such file.
            VideoError: If not a single frame can be read.
            ValueError: If ``source`` is no single video.
        """
        source = self._single(source)
        rate = self.options.frame_rate
        survey = survey_frames(
            source_frames(source, rate), self.detector, self.faces)
        times = np.array(survey.times)
        start = time.process_time()
        tracks = [
            _Track(face_id, track, self.options.max_gap)
            for face_id, track in survey.tracks.items()
        ]
        fps = mean_rate(times) or rate
        runs = self._score(source, survey, tracks, fps)
        seconds = dict(detection=survey.seconds)
        if tracks:
            spent = time.process_time() - start
            seconds['model'] = sum(run.seconds for run in runs.values())
            seconds['alignment'] = spent - seconds['model']
        faces = [self._timeline(t, runs[t.face_id], times, fps)
                 for t in tracks]
        faces.sort(key=lambda face: -int(face.detected.sum()))
        return VideoResult(source.name, self.classes, self.hierarchy, times,
                           survey.shape, faces, self._settings(),
                           survey.problem, seconds)

    def _single(self, source: Union[str, Source]) -> Source:
        if isinstance(source, Source):
            found = [source]
        else:
            found = find_sources(str(source))
        if len(found) != 1:
            raise ValueError(f'{source}: expected one video or one folder of '
                             'frames; use find_sources for many')
        if found[0].kind == 'live':
            raise ValueError(
                f'{found[0].path}: cameras and streams are not predicted yet; '
                'SlidingWindow takes their frames one by one')
        return found[0]

    def sliding(self, fps: float) -> Dict:
        """Window and stride in frames, for :class:`SlidingWindow`."""
        return dict(
            window=seconds_to_frames(self.options.window, fps),
            stride=seconds_to_frames(self.options.stride, fps),
            min_coverage=self.options.min_coverage)

    def _score(self, source: Source, survey: Survey, tracks: List['_Track'],
               fps: float) -> Dict[int, FaceRun]:
        """Second pass: align, feed the windows."""
        runs = {t.face_id: FaceRun(self.scorer, **self.sliding(fps))
                for t in tracks}
        last = max((t.last for t in tracks), default=-1)
        frames = source_frames(source, self.options.frame_rate)
        try:
            for index, _, image in frames if tracks else ():
                for track in tracks:
                    if index in track.landmarks:
                        face = align_face(image, track.landmarks[index],
                                          self.faces)
                        runs[track.face_id].push(index, face)
                    if index == track.last:
                        runs[track.face_id].finish()
                if index >= last:
                    break
        except VideoError:  # known from the first pass, or else new
            if not survey.problem:
                raise
        return runs

    def _timeline(self, track: '_Track', run: FaceRun, times: np.ndarray,
                  fps: float) -> FaceTimeline:
        frames = np.arange(track.first, track.last + 1)
        sigma = self.options.smooth * fps
        there = ~np.isnan(track.boxes[:, 0])
        probs = {
            key: spread_windows(run.windows, key, frames, there, sigma)
            for key in ('pred_score', 'pred_group_score')
        }
        if probs['pred_score'] is None:  # no window held enough of the face
            probs['pred_score'] = np.full((len(frames), len(self.classes)),
                                          np.nan, np.float32)
        return FaceTimeline(
            track.face_id, frames, times[frames], track.boxes,
            track.confidence, track.detected, probs['pred_score'],
            probs['pred_group_score'], run.thumbnails,
            sum(w.scores is not None for w in run.windows))

    def _settings(self) -> Dict:
        return dict(
            faces=self.faces.as_dict(),
            faces_of_training=('the same' if self.trained_faces else
                               'the checkpoint does not say'),
            **vars(self.options))


class _Track:
    """A face's boxes and landmarks, gaps filled."""

    def __init__(self, face_id: int, track: Dict, max_gap: int) -> None:
        self.face_id = face_id
        self.first, self.last = min(track), max(track)
        length = self.last - self.first + 1
        inds, found = list(track), list(track.values())
        values = np.stack([
            np.vstack([face.box.reshape(2, 2), face.landmarks])
            for face in found
        ])  # (n, 7, 2): corners of the box, five points
        every, filled, _ = fill_gaps(inds, values, max_gap)
        self.landmarks = dict(zip(every.tolist(), filled[:, 2:]))
        self.boxes = np.full((length, 4), np.nan, np.float32)
        self.boxes[every - self.first] = filled[:, :2].reshape(-1, 4)
        self.confidence = np.full(length, np.nan, np.float32)
        at = np.array(inds) - self.first
        self.confidence[at] = [face.score for face in found]
        self.detected = np.zeros(length, bool)
        self.detected[at] = True


def trained_faces(meta: Dict) -> Optional[FaceSettings]:
    """How the faces of a checkpoint's training were cut.

    Args:
        meta (dict): The checkpoint's ``meta``.

    Returns:
        FaceSettings | None: From ``meta['dataset_meta']['faces']``; None if
        the checkpoint does not say, as with drawn faces and data sets that
        came aligned.
    """
    known = (meta.get('dataset_meta') or {}).get('faces')
    return FaceSettings.from_dict(known) if known else None


def spread_windows(windows: List[Window], key: str, frames: np.ndarray,
                   there: np.ndarray, sigma: float) -> Optional[np.ndarray]:
    """Probabilities of windows to probabilities of frames.

    Args:
        windows (list[Window]): In order; those without scores are left out.
        key (str): Of ``Window.scores``.
        frames (ndarray): int64 (F,), consecutive.
        there (ndarray): bool (F,), frames with the face.
        sigma (float): Standard deviation of the Gaussian, in frames; 0: none.

    Returns:
        ndarray | None: float32 (F, C), NaN without the face; None if no
        window has the key.
    """
    scored = [w for w in windows if w.scores and key in w.scores]
    if not scored:
        return None
    middles = [(w.start + w.stop - 1) / 2 for w in scored]
    values = np.stack([w.scores[key] for w in scored]).astype(float)
    probs = np.stack([np.interp(frames, middles, v) for v in values.T], -1)
    if sigma > 0:  # over frames with the face only, weights sum to 1
        weight = there[:, None].astype(float)
        probs = gaussian_filter1d(
            probs * weight, sigma, axis=0, mode='constant')
        probs /= np.maximum(gaussian_filter1d(
            weight, sigma, axis=0, mode='constant'), 1e-12)
    probs[~there] = np.nan
    return probs.astype(np.float32)

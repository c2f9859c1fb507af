# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A video in, the emotions of its faces out."""
import time
from dataclasses import replace
from typing import Dict, List, Optional, Union

import numpy as np

from ..datasets.videos import VideoError
from ..faces import FaceDetector, FaceSettings, align_face, build_detector
from ..faces.survey import Survey, survey_frames
from .face_run import FaceRun
from .face_track import FaceTrack, brief
from .frame_model import EACH_FRAME, MiniXception
from .loading import LoadedModel
from .options import PredictOptions, trained_faces
from .results import VideoResult
from .scorers import build_scorer
from .sources import Source, find_sources, source_frames
from .windows import TimeGrid, grid_rate


class DFERInferencer:
    """Detects, tracks and aligns the faces of a video and scores windows.

    ::

        pass 1  frames -> detector -> tracker -> gaps filled
        pass 2  frames -> aligned faces -> windows of each -> probabilities

    Frames are decoded twice and never kept, so that memory does not grow
    with the video's length but by about 0.5 kB a frame and face.

    Windows are counted on an even grid of time, which at a constant frame
    rate is the frames. A window's answer stands at its middle; between the
    middles of two windows it is interpolated, before the first and after the
    last it holds.

    Args:
        loaded (LoadedModel): From :func:`load_recognizer`, or
            :func:`load_frame_model`, whose windows are single frames.
        faces (FaceSettings, optional): How faces are cut. Defaults to what
            the checkpoint says, and to ``FaceSettings()`` if it says nothing.
        options (PredictOptions, optional): Window, stride and so on.
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
                 options: Optional[PredictOptions] = None,
                 detector: Optional[FaceDetector] = None) -> None:
        self.trained_faces = trained_faces(loaded.meta)
        if faces and self.trained_faces:
            faces.require_same(self.trained_faces, 'this prediction',
                               'the training of the checkpoint')
        self.faces = faces or self.trained_faces or FaceSettings()
        self.options = options or PredictOptions()
        if isinstance(loaded.model, MiniXception):
            self.options = replace(
                self.options, window=EACH_FRAME, stride=EACH_FRAME)
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
        rate = grid_rate(times) or rate
        least = self.options.min_detections(rate, len(times))
        tracks = [
            FaceTrack(face_id, found, self.options.max_gap)
            for face_id, found in survey.tracks.items() if len(found) >= least
        ]
        runs = self._score(source, survey, tracks, rate)
        seconds = dict(detection=survey.seconds)
        if tracks:
            spent = time.process_time() - start
            seconds['model'] = sum(run.seconds for run in runs.values())
            seconds['alignment'] = spent - seconds['model']
        faces = [
            t.timeline(runs[t.face_id], times, rate, self.options,
                       len(self.classes)) for t in tracks
        ]
        faces.sort(key=lambda face: -int(face.detected.sum()))
        return VideoResult(
            source.name, self.classes, self.hierarchy, times, survey.shape,
            faces, self.settings(), survey.problem, seconds,
            [brief(*item) for item in survey.tracks.items()
             if len(item[1]) < least])

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
                f'{found[0].path}: a camera or stream need not have an end; '
                'use predict_live')
        return found[0]

    def _score(self, source: Source, survey: Survey, tracks: List[FaceTrack],
               rate: float) -> Dict[int, FaceRun]:
        """Second pass: align, feed the windows."""
        runs = {t.face_id: FaceRun(self.scorer, **self.options.sliding(rate))
                for t in tracks}
        last = max((t.last for t in tracks), default=-1)
        frames = source_frames(source, self.options.frame_rate)
        grid = TimeGrid(rate)
        try:
            for index, seconds, image in frames if tracks else ():
                held, own = grid.place(seconds)
                for track in tracks:
                    if index in track.landmarks:
                        face = align_face(image, track.landmarks[index],
                                          self.faces)
                        runs[track.face_id].push(index, face, held, own)
                    if index == track.last:
                        runs[track.face_id].finish()
                if index >= last:
                    break
        except VideoError:  # known from the first pass, or else new
            if not survey.problem:
                raise
        return runs

    def settings(self) -> Dict:
        """How predictions are made, as plain values."""
        return dict(
            faces=self.faces.as_dict(),
            faces_of_training=('the same' if self.trained_faces else
                               'the checkpoint does not say'),
            **vars(self.options))

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""One video -> the aligned frames of one face, and what became of each."""
import csv
import os
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, List

import cv2
import numpy as np

from ..checks import check_option
from ..datasets.videos import VideoError
from .alignment import align_face
from .detector import Face, FaceDetector
from .detectors import build_detector
from .gaps import fill_gaps
from .settings import FaceSettings
from .survey import RULES, Survey, survey_video
from .video import read_frames

#: What a frame of a video may be.
STATES = ('detected', 'interpolated', 'other_face', 'no_face')


@dataclass(frozen=True)
class ClipOptions:
    """What decides the content of a clip.

    Attributes:
        faces (FaceSettings): Detector, margin and size.
        keep (str): Which face is cut, a key of :data:`RULES`.
        max_gap (int): Longest run of frames without a detection, in frames,
            whose landmarks are interpolated; in longer ones frames are left
            out.
        quality (int): Of the JPEG files, 1 to 100.
    """
    faces: FaceSettings = field(default_factory=FaceSettings)
    keep: str = 'largest'
    max_gap: int = 10
    quality: int = 95

    def __post_init__(self) -> None:
        check_option('keep', self.keep, tuple(RULES))
        if self.max_gap < 0:
            raise ValueError('max_gap: expected 0 frames or more, got '
                             f'{self.max_gap}')
        if not 1 <= self.quality <= 100:
            raise ValueError(f'quality: expected 1 to 100, got {self.quality}')


def make_clip(path: str, folder: str, name: str,
              options: ClipOptions) -> dict:
    """Cut the aligned face out of a video.

    Writes ``<folder>/<name>_00001.jpg`` and so on, numbered as the frames of
    the video (from 1), and ``<folder>.csv``, a row for each frame of the
    video.

    Args:
        path (str): The video.
        folder (str): Folder of the clip; made if there is a face.
        name (str): Name of the clip.
        options (ClipOptions): Detector, rule, sizes.

    Returns:
        dict: ``status`` (``'ok'``; ``'incomplete'``: the video is damaged or
        cut off; ``'no_face'``; ``'failed'``), ``reason``, and the counts of
        frames; ``seconds`` of processor time for ``detection`` and for
        ``alignment`` (reading again, cutting, writing).
    """
    try:
        survey = survey_video(path, _detector(options.faces), options.faces)
    except VideoError as error:
        return dict(status='failed', reason=_without_path(error, path))
    track = survey.choose(options.keep)
    states = _states(survey)
    start = time.process_time()
    landmarks = {}
    if track:
        landmarks = _fill(track, options.max_gap, states)
        os.makedirs(folder)
        _cut(path, landmarks, os.path.join(folder, name), options)
    _write_rows(folder + '.csv', survey.times, states, track or {}, landmarks)
    seconds = dict(
        detection=survey.seconds, alignment=time.process_time() - start)
    status = 'ok' if track else 'no_face'
    reason = '' if track else 'no face in any frame'
    if survey.problem:
        status = 'incomplete' if track else 'failed'
        reason = '; '.join(
            filter(None, [_without_path(survey.problem, path), reason]))
    return dict(
        status=status, reason=reason, **_counts(survey, states),
        seconds=seconds)


@lru_cache(maxsize=1)
def _detector(settings: FaceSettings) -> FaceDetector:
    return build_detector(settings)


def _states(survey: Survey) -> List[str]:
    """Each frame's state as far as detection tells."""
    found = {i for track in survey.tracks.values() for i in track}
    return ['other_face' if i in found else 'no_face'
            for i in range(len(survey.times))]


def _fill(track: Dict[int, Face], max_gap: int,
          states: List[str]) -> Dict[int, np.ndarray]:
    """Landmarks of each frame of the clip; marks these frames' states."""
    points = np.stack([face.landmarks for face in track.values()])
    every, points, detected = fill_gaps(list(track), points, max_gap)
    for i, sure in zip(every, detected):
        states[i] = 'detected' if sure else 'interpolated'
    return dict(zip(every.tolist(), points))


def _cut(path: str, landmarks: Dict[int, np.ndarray], stem: str,
         options: ClipOptions) -> None:
    """Decode the video again and write the aligned frames."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, options.quality]
    left = set(landmarks)
    try:
        for index, _, image in read_frames(path):
            if index not in left:
                continue
            face = align_face(image, landmarks[index], options.faces)
            name = f'{stem}_{index + 1:05}.jpg'
            if not cv2.imwrite(name, face[..., ::-1], quality):
                raise OSError(f'cannot write {name}')
            left.remove(index)
            if not left:
                return
    except VideoError:
        if left:  # the end of a damaged video, known from the survey, is not
            raise


def _write_rows(path: str, times: List[float], states: List[str],
                track: Dict[int, Face],
                landmarks: Dict[int, np.ndarray]) -> None:
    """A row for each frame: what was found where."""
    axes = [f'{axis}{i}' for i in range(1, 6) for axis in 'xy']
    head = ['frame', 'time', 'state', 'score', 'left', 'top', 'right',
            'bottom', *axes]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(head)
        for i, (seconds, state) in enumerate(zip(times, states)):
            row = [i + 1, f'{seconds:.4f}', state] + [''] * 15
            if i in track:
                row[3:8] = [f'{v:.4g}' for v in [track[i].score]
                            ] + [f'{v:.1f}' for v in track[i].box]
            if i in landmarks:
                row[8:] = [f'{v:.2f}' for v in landmarks[i].ravel()]
            writer.writerow(row)


def _counts(survey: Survey, states: List[str]) -> dict:
    """Frames by state, where no face was, and how many people."""
    gaps = [i + 1 for i, state in enumerate(states)
            if state not in ('detected', 'interpolated')]
    return dict(
        frames=len(states), **{s: states.count(s) for s in STATES},
        left_out=_runs(gaps), tracks=len(survey.tracks),
        width=survey.shape[1], height=survey.shape[0],
        seconds_long=round(survey.times[-1] - survey.times[0], 3))


def _runs(numbers: List[int]) -> str:
    """``[1, 2, 3, 7]`` -> ``'1-3 7'``."""
    runs: List[List[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ' '.join(f'{a}-{b}' if b > a else str(a) for a, b in runs)


def _without_path(error: object, path: str) -> str:
    return str(error).replace(f'{path}: ', '')

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""All faces of a video, and the one to cut."""
import time
from dataclasses import dataclass, field
from typing import Dict, Iterable, List, Optional, Tuple

import numpy as np

from ..datasets.videos import VideoError
from .detector import Face, FaceDetector, box_area
from .settings import FaceSettings
from .tracking import Tracker
from .video import VideoFrame, read_frames

#: Which of several tracks is cut, in words for the data card.
RULES = dict(
    largest='the track with the greatest area of its boxes, summed over its '
    'frames: large faces that stay long',
    central='the track with the greatest sum, over its frames, of 1 - (its '
    "distance from the frame's centre) / (half the frame's diagonal): "
    'central faces that stay long')


@dataclass
class Survey:
    """All faces of a video.

    Attributes:
        times (list[float]): Seconds of each frame.
        tracks (dict): Track id -> frame number -> face.
        shape (tuple[int, int]): Height and width of the first frame.
        problem (str): Why not all frames could be read; empty if they could.
        seconds (float): Processor time of detection and tracking.
    """
    times: List[float] = field(default_factory=list)
    tracks: Dict[int, Dict[int, Face]] = field(default_factory=dict)
    shape: Tuple[int, int] = (0, 0)
    problem: str = ''
    seconds: float = 0.

    def choose(self, rule: str) -> Optional[Dict[int, Face]]:
        """The track to cut; the first of equals; None without a face."""
        height, width = self.shape
        centre = np.array([width, height]) / 2

        def weight(face: Face) -> float:
            if rule == 'largest':
                return box_area(face.box)
            place = (face.box[:2] + face.box[2:]) / 2
            return 1 - np.linalg.norm(place - centre) / np.linalg.norm(centre)

        return max(
            self.tracks.values(),
            key=lambda track: sum(map(weight, track.values())),
            default=None)


def survey_video(path: str, detector: FaceDetector,
                 settings: FaceSettings) -> Survey:
    """Detect and track all faces of a video.

    Raises:
        VideoError: If not a single frame can be read.
    """
    return survey_frames(read_frames(path), detector, settings)


def survey_frames(frames: Iterable[VideoFrame], detector: FaceDetector,
                  settings: FaceSettings) -> Survey:
    """The same of frames that come one after the other."""
    survey, tracker = Survey(), Tracker(settings)
    try:
        for index, seconds, image in frames:
            start = time.process_time()
            if not survey.times:
                survey.shape = image.shape[:2]
            survey.times.append(seconds)
            for track, face in tracker.update(index, image, detector(image)):
                survey.tracks.setdefault(track, {})[index] = face
            survey.seconds += time.process_time() - start
    except VideoError as error:
        if not survey.times:
            raise
        survey.problem = str(error)
    return survey

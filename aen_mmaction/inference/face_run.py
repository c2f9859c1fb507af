# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import time
from typing import Any, List, Tuple

import cv2
import numpy as np

from .scorers import WindowScorer
from .sliding import SlidingWindow, Window

_SIDE, _LIMIT = 72, 24  # thumbnails: pixels, twice the least number kept


class FaceRun:
    """The windows of one face, and a few pictures of it.

    Args:
        scorer (WindowScorer): Shared by all faces.
        chunk (int): Frames encoded at a time; 1 for no delay.
        **sliding: For :class:`SlidingWindow`.

    Attributes:
        windows (list[Window]): Scored so far.
        thumbnails (list): ``(frame, uint8 (72, 72, 3))``, evenly spread, 12
            to 24 of a long track.
        seconds (float): Processor time in the model.
    """

    def __init__(self, scorer: WindowScorer, chunk: int = 32,
                 **sliding: Any) -> None:
        self.windows: List[Window] = []
        self.thumbnails: List[Tuple[int, np.ndarray]] = []
        self.seconds = 0.
        self._sliding = SlidingWindow(scorer, **sliding)
        self._chunk = chunk
        self._waiting: List[Tuple[int, np.ndarray]] = []
        self._every, self._count = 1, 0

    def push(self, index: int, face: np.ndarray) -> None:
        """Take the aligned face of a frame, uint8 (H, W, 3) RGB."""
        if self._count % self._every == 0:
            small = cv2.resize(face, (_SIDE, _SIDE),
                               interpolation=cv2.INTER_AREA)
            self.thumbnails.append((index, small))
            if len(self.thumbnails) > _LIMIT:
                self.thumbnails = self.thumbnails[::2]
                self._every *= 2
        self._count += 1
        self._waiting.append((index, face))
        if len(self._waiting) >= self._chunk:
            self._flush()

    def finish(self) -> None:
        """The track is over."""
        self._flush()
        start = time.process_time()
        self.windows += self._sliding.finish()
        self.seconds += time.process_time() - start

    def _flush(self) -> None:
        start = time.process_time()
        self.windows += self._sliding.push(self._waiting)
        self._waiting = []
        self.seconds += time.process_time() - start

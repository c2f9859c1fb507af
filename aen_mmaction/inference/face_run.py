# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import time
from typing import Any, List, Optional, Tuple

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
        self._sliding: Optional[SlidingWindow] = SlidingWindow(
            scorer, **sliding)
        self._chunk = chunk
        self._waiting: List[Tuple[int, np.ndarray]] = []
        self._before: Optional[Tuple[int, np.ndarray]] = None
        self._every, self._count = 1, 0

    def push(self, index: int, face: np.ndarray, held: range,
             own: range) -> List[Window]:
        """Take the aligned face of a frame.

        Args:
            index (int): Of the frame.
            face (ndarray): uint8 (H, W, 3), RGB.
            held (range): Positions of the frame before, see
                :class:`TimeGrid`; with this face if it was in that frame.
            own (range): Positions of this frame.

        Returns:
            list[Window]: Those that are due.
        """
        if self._count % self._every == 0:
            small = cv2.resize(face, (_SIDE, _SIDE),
                               interpolation=cv2.INTER_AREA)
            self.thumbnails.append((index, small))
            if len(self.thumbnails) > _LIMIT:
                self.thumbnails = self.thumbnails[::2]
                self._every *= 2
        self._count += 1
        if self._before and self._before[0] == index - 1:
            self._waiting += [(i, self._before[1]) for i in held]
        self._waiting += [(i, face) for i in own]
        self._before = index, face
        if len(self._waiting) >= self._chunk:
            return self._flush()
        return []

    def release(self) -> None:
        """The track is over and a part of a window unwanted."""
        self._sliding = self._before = None

    def finish(self) -> None:
        """The track is over."""
        self._flush()
        start = time.process_time()
        self.windows += self._sliding.finish()
        self.seconds += time.process_time() - start

    def _flush(self) -> List[Window]:
        start = time.process_time()
        due = self._sliding.push(self._waiting)
        self.windows += due
        self._waiting = []
        self.seconds += time.process_time() - start
        return due

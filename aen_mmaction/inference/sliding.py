# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Windows sliding over one face's frames, live and offline alike."""
from itertools import islice
from typing import (Any, Dict, Iterable, Iterator, List, NamedTuple, Optional,
                    Tuple)

import numpy as np

from .scorers import WindowScorer
from .windows import check_coverage, is_needed, nearest_present

Frame = Tuple[int, Optional[np.ndarray]]  # index in the video, aligned face


class Window(NamedTuple):
    """What a model says of one window.

    Attributes:
        start (int): Its first frame, as numbered in the video.
        stop (int): The frame behind its last.
        frame_inds (ndarray): int64 (T,), the frames looked at.
        coverage (float): Share of the sampled frames that had a face; the
            others were replaced by the nearest that had one.
        scores (dict[str, ndarray] | None): ``pred_score`` (K,) and, where
            there are groups, ``pred_group_score`` (G,); None where the
            coverage was too small.
    """
    start: int
    stop: int
    frame_inds: np.ndarray
    coverage: float
    scores: Optional[Dict[str, np.ndarray]]


class SlidingWindow:
    """Takes the frames of one face as they come, gives windows when due.

    A window is due as soon as its last sampled frame has passed. Only frames
    that some window looks at are encoded, each once; what is older than the
    next window is forgotten, so that memory does not grow. Live (one frame a
    call) and offline (many a call) run through the same lines.

    Args:
        scorer (WindowScorer): From :func:`build_scorer`; several faces may
            share it.
        window (int): Frames of a window.
        stride (int): Frames between the starts of windows. Defaults to 1.
        min_coverage (float): Least share of sampled frames with a face for a
            window to be scored, above 0. Defaults to 0.5.

    Raises:
        ValueError: If a number is out of its range.

    Example::

        live = SlidingWindow(scorer, window=40, stride=5)
        for index, face in camera:  # None where there is no face
            for window in live.push([(index, face)]):
                show(window.scores)
    """

    def __init__(self,
                 scorer: WindowScorer,
                 window: int,
                 stride: int = 1,
                 min_coverage: float = 0.5) -> None:
        if window < 1 or stride < 1:
            raise ValueError('window, stride: expected at least 1 frame, got '
                             f'{window} and {stride}')
        check_coverage(min_coverage)
        self.scorer = scorer
        self.window = window
        self.stride = stride
        self.min_coverage = min_coverage
        self.offsets = scorer.pipeline.frame_inds(window)
        self._states: Dict[int, Any] = {}  # what is kept of needed frames
        self._early: Dict[int, np.ndarray] = {}  # until the first window
        self._newest_state: List[Tuple[np.ndarray, Any]] = []
        self._origin: Optional[int] = None
        self._newest = -1
        self._next = 0  # start of the next window

    def push(self, frames: Iterable[Frame]) -> List[Window]:
        """Take frames, give the windows that are due.

        Args:
            frames (Iterable[tuple[int, ndarray | None]]): Index in the video,
                ascending, and the aligned face, uint8 (H, W, 3) RGB, or None.
                Indices left out are frames without a face.

        Returns:
            list[Window]: In order.

        Raises:
            ValueError: If the indices do not ascend.
        """
        wanted = {}
        for index, face in frames:
            if index <= self._newest:
                raise ValueError(f'frame {index} came after frame '
                                 f'{self._newest}; expected ascending ones')
            if self._origin is None:
                self._origin = self._next = index
            self._newest = index
            if face is None:
                continue
            position = index - self._origin
            if self._next == self._origin and position < self.window:
                self._early[index] = face
            if is_needed(position, self.offsets, self.stride):
                wanted[index] = face
        self._encode(wanted)
        return self._score(self._due())

    def finish(self) -> List[Window]:
        """At the end of the track: one window over a track too short for any.

        Its frames are sampled as testing samples a clip of that length.

        Returns:
            list[Window]: One, or none where there was a window before.
        """
        if not self._early or self._next != self._origin:
            return []
        length = self._newest - self._origin + 1
        inds = self._origin + self.scorer.pipeline.frame_inds(length)
        self._encode({
            i: self._early[i]
            for i in dict.fromkeys(inds.tolist())
            if i in self._early and i not in self._states
        })
        return self._score([(self._origin, self._newest + 1, inds)])

    def _encode(self, frames: Dict[int, np.ndarray]) -> None:
        """One array may stand for several frames: it is encoded once."""
        states = {id(face): state for face, state in self._newest_state}
        new = {id(f): f for f in frames.values() if id(f) not in states}
        if new:
            states.update(zip(new, self.scorer.encode(list(new.values()))))
            key, face = new.popitem()
            self._newest_state = [(face, states[key])]
        self._states.update(
            (index, states[id(face)]) for index, face in frames.items())

    def _due(self) -> Iterator[Tuple[int, int, np.ndarray]]:
        while (self._origin is not None
               and self._next + self.offsets.max() <= self._newest):
            start = self._next
            self._next += self.stride
            yield start, start + self.window, start + self.offsets

    def _score(self, due: Iterable[Tuple[int, int, np.ndarray]]
               ) -> List[Window]:
        windows, states = [], []
        for start, stop, inds in due:
            present = [i in self._states for i in inds.tolist()]
            coverage = float(np.mean(present))
            scored = coverage >= self.min_coverage
            if scored:
                inds = nearest_present(inds, present)
                states.append([self._states[i] for i in inds.tolist()])
            windows.append(
                Window(start, stop, inds, coverage, {} if scored else None))
        if states:
            rows = self.scorer.score(states)
            scored = [w for w in windows if w.scores is not None]
            for row, window in enumerate(scored):
                window.scores.update(
                    {key: values[row] for key, values in rows.items()})
        if self._next != self._origin:
            self._early.clear()
        for index in [i for i in self._states if i < self._next]:
            del self._states[index]
        return windows


def slide(scorer: WindowScorer,
          frames: Iterable[Frame],
          window: int,
          stride: int = 1,
          min_coverage: float = 0.5,
          chunk: int = 64) -> Iterator[Window]:
    """All windows over a track, some frames at a time: memory stays flat.

    Args:
        scorer (WindowScorer): From :func:`build_scorer`.
        frames (Iterable): As :meth:`SlidingWindow.push`; may be lazy.
        window (int): Frames of a window.
        stride (int): Frames between the starts of windows. Defaults to 1.
        min_coverage (float): See :class:`SlidingWindow`. Defaults to 0.5.
        chunk (int): Frames read at a time. Defaults to 64.

    Yields:
        Window: In order; one for a track shorter than a window.
    """
    sliding = SlidingWindow(scorer, window, stride, min_coverage)
    frames = iter(frames)
    while part := list(islice(frames, chunk)):
        yield from sliding.push(part)
    yield from sliding.finish()

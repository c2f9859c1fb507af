# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which frames a sliding window looks at (pure functions).

A window is n consecutive frames of a track. Testing's rule picks T of them
(8 segments x 2 for 40 frames: 2, 3, 7, 8, ..., 36, 37), the same for every
window, so that window m looks at ``start + m * stride + offsets``. Frame i is
thus needed by some window iff ``i - offset`` is a multiple of the stride for
one of the offsets. These frames are encoded when they come, all others
never: at stride 1 each new window costs one new frame, offline and live.

Frames are counted on an even grid of time (:class:`TimeGrid`). At a constant
frame rate that is the frames' own count; where the rate varies, or frames of
a live source were dropped, it keeps windows as long as they should be.
"""
from typing import Optional, Sequence, Tuple

import numpy as np


def seconds_to_frames(seconds: float, fps: float) -> int:
    """A duration in whole frames, at least 1.

    Args:
        seconds (float): Above 0.
        fps (float): Frames per second, above 0.

    Returns:
        int: Rounded.

    Raises:
        ValueError: If either is not above 0.

    Example:
        >>> seconds_to_frames(1.6, 25)
        40
    """
    if not (seconds > 0 and fps > 0):
        raise ValueError('seconds and fps: expected numbers above 0, got '
                         f'{seconds} and {fps}')
    return max(1, round(seconds * fps))


def check_coverage(min_coverage: float) -> None:
    """Refuse a least share of frames with a face that is none.

    Args:
        min_coverage (float): The share.

    Raises:
        ValueError: If it is not above 0 and at most 1.
    """
    if not 0 < min_coverage <= 1:
        raise ValueError('min_coverage: expected above 0 and at most 1, got '
                         f'{min_coverage}')


def is_needed(position: int, offsets: Sequence[int], stride: int) -> bool:
    """Whether any window looks at a frame.

    Args:
        position (int): Of the frame, counted from the first window's start.
        offsets (Sequence[int]): Frames a window looks at, from its start.
        stride (int): Between the starts of windows, in frames.

    Returns:
        bool: See the top of this file.
    """
    return any(position >= offset and (position - offset) % stride == 0
               for offset in offsets)


def nearest_present(inds: Sequence[int],
                    present: Sequence[bool]) -> np.ndarray:
    """Stand-ins for sampled frames that are missing.

    Args:
        inds (Sequence[int]): Sampled frames, (T,).
        present (Sequence[bool]): Which of them are there, at least one.

    Returns:
        np.ndarray: int64 (T,); each missing frame is replaced by the nearest
        one of the same window, the earlier of two that are as near.

    Example:
        >>> nearest_present([2, 3, 7, 8], [1, 0, 0, 1]).tolist()
        [2, 2, 8, 8]
    """
    inds, there = np.asarray(inds), np.flatnonzero(present)
    distance = np.abs(inds[:, None] - inds[there])
    return inds[there][distance.argmin(1)]


def mean_rate(times: Sequence[float]) -> Optional[float]:
    """Mean frames per second; None if no time passes.

    Example:
        >>> mean_rate([0., .04, .08])
        25.0
    """
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return float((len(times) - 1) / (times[-1] - times[0]))


def grid_rate(times: Sequence[float]) -> Optional[float]:
    """Positions per second of a video's grid of time; None if none passes.

    The mean frame rate where it puts every frame less than half a frame from
    its place, so that the grid is the frames; else the rate at which most
    frames follow each other (the median distance).

    Args:
        times (Sequence[float]): Seconds of the frames, in order.

    Example:
        >>> grid_rate([0., 1., 2., 3., 7.])
        1.0
    """
    rate = mean_rate(times)
    if rate is None:
        return None
    times = np.asarray(times, float)
    places = (times - times[0]) * rate
    if np.abs(places - np.arange(len(times))).max() < .5:
        return rate
    steps = np.diff(times)
    return float(1 / np.median(steps[steps > 0]))


class TimeGrid:
    """Which positions of an even grid of time each frame stands for.

    Frames come one by one; a frame reaches the position nearest to its time.
    Positions jumped over belong to the nearer of the two frames around them.
    A frame that reaches no new position (two frames nearer to each other
    than the grid) stands for none.

    Args:
        rate (float): Positions per second.

    Example:
        >>> grid = TimeGrid(10)
        >>> grid.place(0.), grid.place(.1), grid.place(.4)
        ((range(0, 0), range(0, 1)), (range(1, 1), range(1, 2)),
         (range(2, 3), range(3, 5)))
    """

    MAX_HOLD = 1.  # seconds that a frame stands for; later there is none

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._start: Optional[float] = None
        self._before = 0.  # place of the frame before
        self._next = 0

    def place(self, seconds: float) -> Tuple[range, range]:
        """Positions that a frame settles.

        Args:
            seconds (float): Its time.

        Returns:
            tuple[range, range]: Positions of the frame before, and its own.
        """
        if self._start is None:
            self._start = seconds
        place = (seconds - self._start) * self.rate
        first, last = self._next, round(place)
        before, self._before = self._before, place
        if last < first:
            return range(first, first), range(first, first)
        self._next = last + 1
        switch = min(max(int((before + place) // 2) + 1, first), last)
        hold = int(self.MAX_HOLD * self.rate)
        return (range(first, min(switch, first + hold)),
                range(max(switch, last - hold), last + 1))

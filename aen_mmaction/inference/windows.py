# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which frames a sliding window looks at (pure functions).

A window is n consecutive frames of a track. Testing's rule picks T of them
(8 segments x 2 for 40 frames: 2, 3, 7, 8, ..., 36, 37), the same for every
window, so that window m looks at ``start + m * stride + offsets``. Frame i is
thus needed by some window iff ``i - offset`` is a multiple of the stride for
one of the offsets. These frames are encoded when they come, all others
never: at stride 1 each new window costs one new frame, offline and live.
"""
from typing import Sequence

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

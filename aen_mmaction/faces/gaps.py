# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Sequence, Tuple

import numpy as np


def fill_gaps(indices: Sequence[int], values: np.ndarray,
              max_gap: int = 10
              ) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Interpolate a track's values over short runs without a detection.

    Args:
        indices (Sequence[int]): Frames with a detection, rising, n of them.
        values (np.ndarray): (n, ...), boxes or landmarks.
        max_gap (int): Longest run, in frames, that is filled.

    Returns:
        tuple[np.ndarray]: The m frames that have a value now, rising; the
        values, float64 (m, ...), linear between two detections; and bool
        (m,), true where the value was detected.

    Raises:
        ValueError: If there is no detection, or the frames do not rise.

    Example:
        >>> fill_gaps([3, 5], np.array([1., 2.]))[1]
        array([1. , 1.5, 2. ])
    """
    indices = np.asarray(indices)
    if len(indices) == 0 or np.any(np.diff(indices) <= 0):
        raise ValueError(f'indices: expected rising frames, got {indices}')
    every = np.concatenate([
        np.arange(first, last if last - first - 1 <= max_gap else first + 1)
        for first, last in zip(indices, [*indices[1:], indices[-1] + 1])
    ])
    flat = np.asarray(values, float).reshape(len(indices), -1)
    filled = np.stack([np.interp(every, indices, v) for v in flat.T], -1)
    return (every, filled.reshape(len(every), *np.shape(values)[1:]),
            np.isin(every, indices))

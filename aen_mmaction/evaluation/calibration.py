# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Do predicted probabilities mean what they say? As pure functions."""
from typing import NamedTuple, Sequence

import numpy as np

from .confusion import check_labels


class Reliability(NamedTuple):
    """Clips in bins of the probability of their predicted class.

    Attributes:
        edges (np.ndarray): ``(B + 1,)`` from 0 to 1.
        clips (np.ndarray): int64 ``(B,)``; bin i holds edges[i] < p <=
            edges[i + 1].
        confidence (np.ndarray): ``(B,)`` mean probability, nan if empty.
        accuracy (np.ndarray): ``(B,)`` share predicted right, nan if empty.
    """
    edges: np.ndarray
    clips: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def reliability(scores: np.ndarray,
                target: Sequence[int],
                num_bins: int = 10) -> Reliability:
    """Confidence against accuracy.

    Args:
        scores (np.ndarray): ``(N, K)`` probabilities.
        target (Sequence[int]): ``(N,)`` true labels, 0..K-1.
        num_bins (int): B, bins of equal width. Defaults to 10.

    Returns:
        Reliability: The bins.

    Raises:
        ValueError: If the scores are not ``(N, K)`` for N labels.
    """
    scores = np.asarray(scores, float)
    if scores.ndim != 2:
        raise ValueError(f'scores: expected (N, K), got {scores.shape}')
    target = check_labels('target', target, scores.shape[1])
    if len(scores) != len(target):
        raise ValueError(f'expected scores of {len(target)} clips, got '
                         f'{len(scores)}')
    top, right = scores.max(1), scores.argmax(1) == target
    edges = np.linspace(0, 1, num_bins + 1)
    place = np.clip(np.searchsorted(edges, top) - 1, 0, num_bins - 1)
    clips = np.bincount(place, minlength=num_bins)
    with np.errstate(invalid='ignore'):
        confidence, accuracy = (
            np.bincount(place, values, num_bins) / clips
            for values in (top, right))
    return Reliability(edges, clips, confidence, accuracy)


def calibration_error(bins: Reliability) -> float:
    """Expected calibration error: mean gap of the bins, weighted by clips.

    Args:
        bins (Reliability): From :func:`reliability`.

    Returns:
        float: Percent, 0 to 100.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    gap = np.abs(bins.accuracy - bins.confidence)
    return float(100 * np.nansum(gap * bins.clips) / bins.clips.sum())

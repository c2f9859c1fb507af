# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Confusion matrices and the rates read off them.

A confusion matrix holds counts of clips, rows true and columns predicted.
What reads one takes a stack of them as well, ``(..., K, K)``.
"""
from typing import Sequence

import numpy as np


def check_labels(name: str, labels: Sequence[int],
                 num_classes: int) -> np.ndarray:
    """Labels as an array, refused if not N >= 1 integers in 0..K-1."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or not labels.size or labels.dtype.kind not in 'iu':
        raise ValueError(f'{name}: expected N >= 1 integer labels, got shape '
                         f'{labels.shape} of {labels.dtype}')
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(
            f'{name}: expected labels 0..{num_classes - 1}, got '
            f'{labels.min()}..{labels.max()}')
    return labels


def confusion_matrix(pred: Sequence[int], target: Sequence[int],
                     num_classes: int) -> np.ndarray:
    """Count clips by true and predicted class.

    Args:
        pred (Sequence[int]): ``(N,)`` predicted labels, 0..K-1.
        target (Sequence[int]): ``(N,)`` true labels, 0..K-1.
        num_classes (int): K.

    Returns:
        np.ndarray: int64 ``(K, K)`` counts, rows true, columns predicted.

    Raises:
        ValueError: If the labels are not N >= 1 integers in range, or the
            lengths differ.

    Example:
        >>> confusion_matrix([0, 1, 1], [0, 0, 1], 2).tolist()
        [[1, 1], [0, 1]]
    """
    pred = check_labels('pred', pred, num_classes)
    target = check_labels('target', target, num_classes)
    if len(pred) != len(target):
        raise ValueError('pred and target: expected the same number of clips, '
                         f'got {len(pred)} and {len(target)}')
    flat = np.bincount(target * num_classes + pred, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes)


def group_matrix(matrix: np.ndarray, group_of: Sequence[int]) -> np.ndarray:
    """Sum a confusion matrix of emotions into one of their groups.

    Args:
        matrix (np.ndarray): ``(..., K, K)`` counts.
        group_of (Sequence[int]): ``(K,)`` group of each emotion, 0..G-1.

    Returns:
        np.ndarray: ``(..., G, G)`` counts.
    """
    groups = np.asarray(group_of)
    member = np.eye(groups.max() + 1, dtype=matrix.dtype)[groups]  # (K, G)
    return member.T @ matrix @ member


def matrix_recalls(matrix: np.ndarray) -> np.ndarray:
    """Recall of each class in percent; nan for classes without a clip.

    Args:
        matrix (np.ndarray): ``(..., K, K)`` counts.

    Returns:
        np.ndarray: float64 ``(..., K)``.
    """
    hits = 100. * np.diagonal(matrix, axis1=-2, axis2=-1)
    clips = matrix.sum(-1)
    return np.divide(hits, clips, out=np.full(clips.shape, np.nan),
                     where=clips > 0)


def matrix_war(matrix: np.ndarray) -> np.ndarray:
    """WAR of ``(..., K, K)`` counts, percent ``(...)``."""
    return 100. * np.trace(
        matrix, axis1=-2, axis2=-1) / matrix.sum((-2, -1))


def matrix_uar(matrix: np.ndarray) -> np.ndarray:
    """UAR of ``(..., K, K)`` counts, percent ``(...)``."""
    return np.nanmean(matrix_recalls(matrix), axis=-1)

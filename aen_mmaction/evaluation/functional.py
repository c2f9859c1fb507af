# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Metrics of dynamic facial expression recognition, as pure functions.

Every rate is **percent, 0 to 100**. Labels are 0-based integers (a list, an
array or a CPU tensor) of N clips.
"""
from typing import Callable, Dict, Optional, Sequence, Tuple

import numpy as np

from aen_mmaction.emotions import EmotionHierarchy

from .confusion import (check_labels, confusion_matrix, group_matrix,
                        matrix_recalls, matrix_uar, matrix_war)

Statistic = Callable[[np.ndarray], np.ndarray]


def war(pred: Sequence[int], target: Sequence[int]) -> float:
    """Weighted average recall: the share of clips predicted right (accuracy).

    Args:
        pred (Sequence[int]): ``(N,)`` predicted labels.
        target (Sequence[int]): ``(N,)`` true labels.

    Returns:
        float: Percent, 0 to 100.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    num_classes = 1 + max(np.max(pred, initial=0), np.max(target, initial=0))
    return float(matrix_war(confusion_matrix(pred, target, num_classes)))


def uar(pred: Sequence[int], target: Sequence[int],
        num_classes: int) -> float:
    """Unweighted average recall: mean recall over classes with a true clip.

    Args:
        pred (Sequence[int]): ``(N,)`` predicted labels, 0..K-1.
        target (Sequence[int]): ``(N,)`` true labels, 0..K-1.
        num_classes (int): K.

    Returns:
        float: Percent, 0 to 100.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    return float(matrix_uar(confusion_matrix(pred, target, num_classes)))


def recalls(pred: Sequence[int], target: Sequence[int],
            num_classes: int) -> np.ndarray:
    """Recall of each class.

    Args:
        pred (Sequence[int]): ``(N,)`` predicted labels, 0..K-1.
        target (Sequence[int]): ``(N,)`` true labels, 0..K-1.
        num_classes (int): K.

    Returns:
        np.ndarray: float64 ``(K,)`` percent; nan where a class has no clip.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    return matrix_recalls(confusion_matrix(pred, target, num_classes))


def cross_group_error(pred: Sequence[int], target: Sequence[int],
                      group_of: Sequence[int]) -> float:
    """Share of clips whose predicted emotion is of another group than theirs.

    Args:
        pred (Sequence[int]): ``(N,)`` predicted emotions, 0..K-1.
        target (Sequence[int]): ``(N,)`` true emotions, 0..K-1.
        group_of (Sequence[int]): ``(K,)`` group of each emotion.

    Returns:
        float: Percent, 100 - WAR over groups.

    Raises:
        ValueError: As :func:`confusion_matrix`.

    Source: the use of "hierarchy violation" in AEN section 4.2.
    """
    matrix = confusion_matrix(pred, target, len(group_of))
    return 100. - float(matrix_war(group_matrix(matrix, group_of)))


def hierarchy_inconsistency(group_pred: Sequence[int], pred: Sequence[int],
                            group_of: Sequence[int]) -> float:
    """Share of clips whose predicted group is not their emotion's group.

    Unlike :func:`cross_group_error` the truth plays no part. It may be above
    0 even where group scores are sums of emotion scores: the group with the
    largest sum need not hold the largest single emotion.

    Args:
        group_pred (Sequence[int]): ``(N,)`` predicted groups, 0..G-1.
        pred (Sequence[int]): ``(N,)`` predicted emotions, 0..K-1.
        group_of (Sequence[int]): ``(K,)`` group of each emotion.

    Returns:
        float: Percent, 0 to 100.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    groups = np.asarray(group_of)
    parents = groups[check_labels('pred', pred, len(groups))]
    return 100. - war(group_pred, parents)


def bootstrap_ci(statistic: Statistic,
                 pred: Sequence[int],
                 target: Sequence[int],
                 num_classes: int,
                 num_samples: int = 1000,
                 seed: int = 0,
                 level: float = 95) -> Tuple[float, float]:
    """Percentile bootstrap interval of a statistic over clips.

    Drawing N clips with replacement changes nothing but how often each
    outcome (true label, predicted label) occurs, and these counts follow a
    multinomial law: so the counts are drawn, all resamples at once.

    Args:
        statistic (Callable): ``(..., K, K)`` counts -> ``(...)``, e.g.
            :func:`matrix_war` or :func:`matrix_uar`.
        pred (Sequence[int]): ``(N,)`` predicted labels, 0..K-1; or ``(S, N)``
            those of S models on the same clips, whose mean is then judged
            (for example of one method with S seeds).
        target (Sequence[int]): ``(N,)`` true labels, 0..K-1.
        num_classes (int): K.
        num_samples (int): Number of resamples. Defaults to 1000.
        seed (int): Seed of the resampling. Defaults to 0.
        level (float): Coverage in percent. Defaults to 95.

    Returns:
        tuple[float, float]: Lower and upper end, in the statistic's unit.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    target = check_labels('target', target, num_classes)
    preds = [check_labels('pred', p, num_classes) for p in np.atleast_2d(pred)]
    if any(len(p) != len(target) for p in preds):
        raise ValueError('pred and target: expected the same number of clips, '
                         f'got {[len(p) for p in preds]} and {len(target)}')
    # An outcome of a clip is what all S models say of it.
    cells = np.stack([target * num_classes + p for p in preds], axis=1)
    outcomes, clips = np.unique(cells, axis=0, return_counts=True)
    counts = np.random.default_rng(seed).multinomial(
        len(target), clips / len(target), size=num_samples)  # (B, M)
    one_hot = np.eye(num_classes**2, dtype=counts.dtype)
    matrices = (counts @ one_hot[outcome] for outcome in outcomes.T)
    values = np.mean([
        statistic(m.reshape(-1, num_classes, num_classes)) for m in matrices
    ], axis=0)
    low, high = np.percentile(values, (50 - level / 2, 50 + level / 2))
    return float(low), float(high)


def rate_statistics(hierarchy: EmotionHierarchy) -> Dict[str, Statistic]:
    """The four rates of a result's row.

    Args:
        hierarchy (EmotionHierarchy): K emotions in G groups.

    Returns:
        dict[str, Callable]: WAR, UAR, WAR3, UAR3: ``(..., K, K)`` counts to
        percent ``(...)``.
    """
    of = hierarchy.group_of
    return dict(
        WAR=matrix_war,
        UAR=matrix_uar,
        WAR3=lambda m: matrix_war(group_matrix(m, of)),
        UAR3=lambda m: matrix_uar(group_matrix(m, of)))


def calculate(pred: Sequence[int],
              target: Sequence[int],
              hierarchy: EmotionHierarchy,
              group_pred: Optional[Sequence[int]] = None) -> Dict[str, float]:
    """All metrics of a set of clips.

    Args:
        pred (Sequence[int]): ``(N,)`` predicted emotions, 0..K-1.
        target (Sequence[int]): ``(N,)`` true emotions, 0..K-1.
        hierarchy (EmotionHierarchy): K emotions in G groups.
        group_pred (Sequence[int], optional): ``(N,)`` predicted groups, for
            models that have them.

    Returns:
        dict[str, float]: Percent: WAR, UAR, WAR3, UAR3 (of the predicted
        emotions mapped to their groups), cross_group_error,
        hierarchy_inconsistency (only with ``group_pred``) and
        recall_<emotion> of each emotion that has a clip.

    Raises:
        ValueError: As :func:`confusion_matrix`.
    """
    matrix = confusion_matrix(pred, target, hierarchy.num_classes)
    coarse = group_matrix(matrix, hierarchy.group_of)
    metrics = dict(
        WAR=matrix_war(matrix),
        UAR=matrix_uar(matrix),
        WAR3=matrix_war(coarse),
        UAR3=matrix_uar(coarse),
        cross_group_error=cross_group_error(pred, target,
                                            hierarchy.group_of))
    if group_pred is not None:
        metrics['hierarchy_inconsistency'] = hierarchy_inconsistency(
            group_pred, pred, hierarchy.group_of)
    for name, recall in zip(hierarchy.classes, matrix_recalls(matrix)):
        if not np.isnan(recall):
            metrics[f'recall_{name}'] = recall
    return {name: float(value) for name, value in metrics.items()}

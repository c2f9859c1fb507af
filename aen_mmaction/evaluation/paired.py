# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Is one run better than another? Tests on the same clips, as functions.

``pred_a``, ``pred_b`` and ``target`` are 0-based integer labels ``(N,)`` of
the same N clips in the same order.
"""
from typing import NamedTuple, Sequence

import numpy as np
from scipy.stats import binomtest

from .confusion import check_labels
from .functional import Statistic


class PairedDifference(NamedTuple):
    """Difference of a statistic, b minus a.

    Attributes:
        difference (float): On the clips themselves, percentage points.
        low (float): Lower end of the 95 % interval.
        high (float): Upper end.
        p_value (float): Two-sided, of no difference, 0..1.
    """
    difference: float
    low: float
    high: float
    p_value: float


class McNemar(NamedTuple):
    """McNemar's exact test.

    Attributes:
        only_a (int): Clips that only a got right.
        only_b (int): Clips that only b got right.
        p_value (float): Two-sided, 0..1; 1 where the two never differ.
    """
    only_a: int
    only_b: int
    p_value: float


def _check(pred_a: Sequence[int], pred_b: Sequence[int],
           target: Sequence[int], num_classes: int) -> np.ndarray:
    """The three as one array (3, N)."""
    named = dict(pred_a=pred_a, pred_b=pred_b, target=target)
    arrays = [check_labels(k, v, num_classes) for k, v in named.items()]
    if len({len(a) for a in arrays}) > 1:
        raise ValueError('pred_a, pred_b and target: expected the same '
                         f'clips, got {[len(a) for a in arrays]} of them')
    return np.stack(arrays)


def mcnemar(pred_a: Sequence[int], pred_b: Sequence[int],
            target: Sequence[int], num_classes: int) -> McNemar:
    """Do two classifiers have the same accuracy on the same clips?

    With n clips that just one of them got right, the number that a got right
    is binomial (n, 1/2) if both are equally good.

    Args:
        pred_a (Sequence[int]): ``(N,)`` predictions of a.
        pred_b (Sequence[int]): ``(N,)`` predictions of b.
        target (Sequence[int]): ``(N,)`` true labels.
        num_classes (int): K.

    Returns:
        McNemar: The two counts and the exact p value.

    Raises:
        ValueError: If the labels are not N >= 1 integers 0..K-1 each.
    """
    a, b, truth = _check(pred_a, pred_b, target, num_classes)
    only_a = int(np.sum((a == truth) & (b != truth)))
    only_b = int(np.sum((b == truth) & (a != truth)))
    either = only_a + only_b
    p = binomtest(only_a, either).pvalue if either else 1.
    return McNemar(only_a, only_b, float(p))


def paired_bootstrap(statistic: Statistic,
                     pred_a: Sequence[int],
                     pred_b: Sequence[int],
                     target: Sequence[int],
                     num_classes: int,
                     num_samples: int = 2000,
                     seed: int = 0) -> PairedDifference:
    """Interval of the difference of a statistic, clips drawn in pairs.

    Each resample draws N clips with replacement, the same ones for both
    runs. The p value is twice the smaller share of resamples on one side of
    no difference (ties count on both), at least 2 / (resamples + 1).

    Args:
        statistic (Callable): ``(..., K, K)`` counts -> ``(...)`` percent,
            e.g. :func:`matrix_war`, :func:`matrix_uar`.
        pred_a (Sequence[int]): ``(N,)`` predictions of a.
        pred_b (Sequence[int]): ``(N,)`` predictions of b.
        target (Sequence[int]): ``(N,)`` true labels.
        num_classes (int): K.
        num_samples (int): Resamples. Defaults to 2000.
        seed (int): Seed of the resampling. Defaults to 0.

    Returns:
        PairedDifference: b minus a, in the statistic's unit.

    Raises:
        ValueError: If the labels are not N >= 1 integers 0..K-1 each.
    """
    a, b, truth = _check(pred_a, pred_b, target, num_classes)
    k = num_classes
    # A clip is one of K^3 (truth, a, b): only their counts change.
    cells = np.bincount((truth * k + a) * k + b, minlength=k**3)
    drawn = np.random.default_rng(seed).multinomial(
        len(truth), cells / len(truth), size=num_samples)
    cube = np.concatenate((cells[None], drawn)).reshape(-1, k, k, k)
    values = statistic(cube.sum(2)) - statistic(cube.sum(3))  # b - a
    difference, resampled = values[0], values[1:]
    low, high = np.percentile(resampled, (2.5, 97.5))
    one_sided = min((resampled <= 0).sum(), (resampled >= 0).sum())
    p = min(1., 2 * (one_sided + 1) / (num_samples + 1))
    return PairedDifference(float(difference), float(low), float(high), p)

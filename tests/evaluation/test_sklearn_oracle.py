# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Every metric against scikit-learn, on random and on degenerate cases."""
import warnings

import numpy as np
import pytest
from sklearn import metrics as oracle

from aen_mmaction.emotions import DFEW_CLASSES, EmotionHierarchy
from aen_mmaction.evaluation import (calculate, confusion_matrix,
                                     cross_group_error,
                                     hierarchy_inconsistency, recalls, uar,
                                     war)

HIERARCHY = EmotionHierarchy()
GROUP = HIERARCHY.group_of.numpy()
RNG = np.random.default_rng(0)


def random_case(num_clips, skill):
    target = RNG.integers(7, size=num_clips)
    guess = RNG.integers(7, size=num_clips)
    return np.where(RNG.random(num_clips) < skill, target, guess), target


def tied():
    """Two classes equally often right, wrong in each other's favour."""
    return np.array([0, 1, 0, 1] * 3), np.array([0, 0, 1, 1] * 3)


CASES = {
    **{f'random {n} at {s}': random_case(n, s)
       for n in (2, 7, 50, 500) for s in (0, .5, .9)},
    'a class absent from the target':
        (np.array([5, 0, 1, 2]), np.array([0, 0, 1, 2])),
    'a class absent from both': (np.array([0, 1]), np.array([0, 1])),
    'a class never predicted': (np.zeros(7, int), np.arange(7)),
    'one clip, right': (np.array([3]), np.array([3])),
    'one clip, wrong': (np.array([3]), np.array([4])),
    'all wrong': ((np.arange(14) + 1) % 7, np.arange(14) % 7),
    'all right': (np.arange(7), np.arange(7)),
    'one class only': (np.array([6, 6, 0]), np.array([6, 6, 6])),
    'ties': tied(),
    'rare class': (np.zeros(100, int), np.r_[np.zeros(99, int), 5]),
}


@pytest.fixture(params=CASES, ids=str)
def case(request):
    return CASES[request.param]


def balanced_accuracy(target, pred):
    with warnings.catch_warnings():  # y_pred has classes y_true has not
        warnings.simplefilter('ignore')
        return 100 * oracle.balanced_accuracy_score(target, pred)


def test_rates(case):
    pred, target = case
    found = calculate(pred, target, HIERARCHY, GROUP[pred])
    expected = dict(
        WAR=100 * oracle.accuracy_score(target, pred),
        UAR=balanced_accuracy(target, pred),
        WAR3=100 * oracle.accuracy_score(GROUP[target], GROUP[pred]),
        UAR3=balanced_accuracy(GROUP[target], GROUP[pred]),
        cross_group_error=100 * oracle.zero_one_loss(
            GROUP[target], GROUP[pred]),
        hierarchy_inconsistency=0)
    each = oracle.recall_score(target, pred, labels=range(7), average=None,
                               zero_division=np.nan)
    for name, recall in zip(DFEW_CLASSES, each):
        if (target == DFEW_CLASSES.index(name)).any():
            expected[f'recall_{name}'] = 100 * recall
    assert found == pytest.approx(expected)
    assert war(pred, target) == pytest.approx(expected['WAR'])
    assert uar(pred, target, 7) == pytest.approx(expected['UAR'])
    assert cross_group_error(pred, target, GROUP) == pytest.approx(
        expected['cross_group_error'])
    np.testing.assert_allclose(recalls(pred, target, 7), 100 * each)


def test_confusion_matrix(case):
    np.testing.assert_array_equal(
        confusion_matrix(*case, 7),
        oracle.confusion_matrix(case[1], case[0], labels=range(7)))


def test_hierarchy_inconsistency(case):
    """Groups predicted on their own: share that is not the emotion's."""
    pred, target = case
    groups = GROUP[target]  # any groups will do
    assert hierarchy_inconsistency(groups, pred, GROUP) == pytest.approx(
        100 * oracle.zero_one_loss(GROUP[pred], groups))

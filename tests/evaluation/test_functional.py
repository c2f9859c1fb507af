# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.evaluation import (bootstrap_ci, calculate, confusion_matrix,
                                     cross_group_error,
                                     hierarchy_inconsistency, matrix_uar,
                                     matrix_war, rate_statistics, recalls, uar,
                                     war)

HIERARCHY = EmotionHierarchy()
# happy sad neutral angry surprise disgust fear -> positive neutral negative
GROUP_OF = [0, 2, 1, 2, 0, 2, 2]
# Eight clips; right: happy, sad, neutral, neutral, angry (5 of 8)
TARGET = [0, 0, 1, 1, 2, 2, 3, 4]
PRED = [0, 4, 1, 3, 2, 2, 3, 6]


def _random(num=200, seed=0):
    """Right with chance one half."""
    rng = np.random.default_rng(seed)
    target = rng.integers(0, 7, num)
    return np.where(rng.random(num) < .5, target, rng.integers(0, 7, num)), (
        target)


def test_literal_numbers():
    assert war(PRED, TARGET) == 100 * 5 / 8
    # happy 1/2, sad 1/2, neutral 2/2, angry 1/1, surprise 0/1; others absent
    assert uar(PRED, TARGET, 7) == 100 * (.5 + .5 + 1 + 1 + 0) / 5
    np.testing.assert_array_equal(
        recalls(PRED, TARGET, 7), [50, 50, 100, 100, 0, np.nan, np.nan])
    # happy as surprise and sad as angry stay in their group; surprise as
    # fear does not
    assert cross_group_error(PRED, TARGET, GROUP_OF) == 100 * 1 / 8


def test_hierarchy_inconsistency_literal():
    """Groups of the predicted emotions: 0 0 2 2 1 1 2 2; two differ."""
    group_pred = [0, 0, 2, 2, 1, 0, 2, 0]
    assert hierarchy_inconsistency(group_pred, PRED, GROUP_OF) == 100 * 2 / 8


def test_calculate_literal():
    got = calculate(PRED, TARGET, HIERARCHY, [0, 0, 2, 2, 1, 0, 2, 0])
    assert got == pytest.approx(dict(
        WAR=62.5,
        UAR=60,
        WAR3=87.5,
        # positive 2 of 3 (two happy, one surprise), neutral 2/2, negative 3/3
        UAR3=100 * (2 / 3 + 1 + 1) / 3,
        cross_group_error=12.5,
        hierarchy_inconsistency=25,
        recall_happy=50,
        recall_sad=50,
        recall_neutral=100,
        recall_angry=100,
        recall_surprise=0))
    assert all(type(value) is float for value in got.values())


def test_no_group_prediction_no_inconsistency():
    assert 'hierarchy_inconsistency' not in calculate(PRED, TARGET, HIERARCHY)


@pytest.mark.parametrize('seed', range(5))
def test_against_loops(seed):
    pred, target = _random(seed=seed)
    got = calculate(pred, target, HIERARCHY)
    pairs = list(zip(pred.tolist(), target.tolist()))
    by_class = [[p == t for p, t in pairs if t == k] for k in range(7)]
    coarse = [[GROUP_OF[p] == GROUP_OF[t] for p, t in pairs
               if GROUP_OF[t] == g] for g in range(3)]
    mean = lambda hits: 100 * sum(hits) / len(hits)  # noqa: E731
    assert got['WAR'] == pytest.approx(mean(sum(by_class, [])))
    assert got['UAR'] == pytest.approx(sum(map(mean, by_class)) / 7)
    assert got['WAR3'] == pytest.approx(mean(sum(coarse, [])))
    assert got['UAR3'] == pytest.approx(sum(map(mean, coarse)) / 3)


@pytest.mark.parametrize('seed', range(5))
def test_invariants(seed):
    pred, target = _random(seed=seed)
    got = calculate(pred, target, HIERARCHY)
    assert got['WAR3'] >= got['WAR']  # a right emotion is a right group
    assert got['WAR3'] + got['cross_group_error'] == pytest.approx(100)
    # neutral is alone in its group
    neutral = recalls(np.array(GROUP_OF)[pred], np.array(GROUP_OF)[target], 3)
    assert got['recall_neutral'] == pytest.approx(neutral[1])
    # the order of the clips does not matter
    order = np.random.default_rng(seed).permutation(len(pred))
    assert calculate(pred[order], target[order], HIERARCHY) == got
    # renaming classes in prediction and truth alike changes no number
    rename = np.random.default_rng(seed).permutation(7)
    names = np.empty(7, object)
    names[rename] = HIERARCHY.classes
    renamed = calculate(rename[pred], rename[target], EmotionHierarchy(names))
    assert renamed == pytest.approx(got)


def test_balanced_classes_have_equal_war_and_uar():
    target = np.repeat(np.arange(7), 10)
    pred = np.random.default_rng(0).permutation(target)
    assert war(pred, target) == pytest.approx(uar(pred, target, 7))


@pytest.mark.parametrize('statistic, direct', [
    (matrix_war, lambda p, t: war(p, t)),
    (matrix_uar, lambda p, t: uar(p, t, 7)),
])
def test_bootstrap_equals_resampling_clips(statistic, direct):
    """The oracle draws clips with replacement, one resample after another.

    3000 resamples: the ends of both intervals have a standard error of about
    0.1 to 0.2 points, the interval is about 14 points wide.
    """
    pred, target = _random()
    rng = np.random.default_rng(1)
    values = []
    for _ in range(3000):
        pick = rng.integers(0, len(pred), len(pred))
        values.append(direct(pred[pick], target[pick]))
    want = np.percentile(values, (2.5, 97.5))
    got = bootstrap_ci(statistic, pred, target, 7, num_samples=3000)
    np.testing.assert_allclose(got, want, atol=0.7)
    assert got[0] < direct(pred, target) < got[1]


def test_bootstrap_seed_level_and_certainty():
    pred, target = _random()
    wide = bootstrap_ci(matrix_war, pred, target, 7)
    assert wide == bootstrap_ci(matrix_war, pred, target, 7)
    assert wide != bootstrap_ci(matrix_war, pred, target, 7, seed=1)
    narrow = bootstrap_ci(matrix_war, pred, target, 7, level=50)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    # nothing wrong: every resample is right too
    assert bootstrap_ci(matrix_war, target, target, 7) == (100, 100)


@pytest.mark.parametrize('call, text', [
    (lambda: war([0], [0, 1]), 'same number of clips'),
    (lambda: war([], []), 'N >= 1'),
    (lambda: uar([0], [7], 7), r'target: expected labels 0\.\.6'),
    (lambda: hierarchy_inconsistency([0], [9], GROUP_OF),
     r'pred: expected labels 0\.\.6'),
    (lambda: calculate([0, 1], [0], HIERARCHY), 'same number of clips'),
])
def test_errors(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_bootstrap_of_several_models_draws_the_same_clips_for_all():
    """The mean of S models on one draw of clips, one draw after another."""
    pred, target = _random(80)
    other, _ = _random(80, seed=5)
    preds = np.stack([pred, np.where(np.arange(80) % 2, pred, other)])
    # the same model twice is that model, and no clip counts twice
    alone = bootstrap_ci(matrix_war, pred, target, 7)
    assert bootstrap_ci(matrix_war, [pred, pred], target, 7) == alone
    twice = bootstrap_ci(matrix_war, np.tile(pred, 2), np.tile(target, 2), 7)
    assert alone[1] - alone[0] > 1.2 * (twice[1] - twice[0])  # 1.41
    rng = np.random.default_rng(1)
    values = []
    for _ in range(3000):
        pick = rng.integers(0, 80, 80)
        values.append(np.mean([war(p[pick], target[pick]) for p in preds]))
    want = np.percentile(values, (2.5, 97.5))
    got = bootstrap_ci(matrix_war, preds, target, 7, num_samples=3000)
    np.testing.assert_allclose(got, want, atol=0.9)
    with pytest.raises(ValueError, match=r'got \[80, 80\] and 79'):
        bootstrap_ci(matrix_war, preds, target[:79], 7)


def test_the_four_rates():
    matrix = confusion_matrix(PRED, TARGET, 7)
    got = {k: f(matrix) for k, f in rate_statistics(HIERARCHY).items()}
    want = calculate(PRED, TARGET, HIERARCHY)
    assert got == {k: want[k] for k in ('WAR', 'UAR', 'WAR3', 'UAR3')}

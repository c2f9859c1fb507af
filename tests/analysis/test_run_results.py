# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from pathlib import Path

import numpy as np
import pytest

from aen_mmaction.analysis.run_results import Rate, over_folds, over_seeds
from aen_mmaction.emotions import MIXED_SENTIMENT, EmotionHierarchy
from aen_mmaction.evaluation import bootstrap_ci, matrix_war
from aen_mmaction.evaluation.runs import RunResult, TestRun

TARGET = [0, 1, 2, 3]
GOOD, BAD = [0, 1, 2, 3], [0, 1, 3, 2]  # WAR 100 and 50


def test(target, pred, ids='abcd', groups=None):
    hierarchy = EmotionHierarchy(groups=groups)
    return TestRun(Path('runs/x'), hierarchy, tuple(ids), np.array(target),
                   np.array(pred), np.eye(7)[pred], {})


test.__test__ = False


def test_mean_and_deviation_over_seeds():
    rates = over_seeds([test(TARGET, GOOD), test(TARGET, BAD)])
    assert list(rates) == ['WAR', 'UAR', 'WAR3', 'UAR3']
    war = rates['WAR']
    assert war.mean == 75
    assert war.sd == pytest.approx(np.sqrt(2) * 25)  # 25, -25 over n - 1
    ends = bootstrap_ci(matrix_war, [GOOD, BAD], TARGET, 7)
    assert (war.low, war.high) == ends
    # neutral taken for angry and the reverse: other groups
    assert rates['WAR3'].mean == 75


def test_seeds_may_list_the_clips_in_another_order():
    turned = test(TARGET[::-1], BAD[::-1], 'dcba')
    assert over_seeds([test(TARGET, GOOD), turned]) == over_seeds(
        [test(TARGET, GOOD), test(TARGET, BAD)])


@pytest.mark.parametrize('other, text', [
    (dict(target=TARGET, ids='abce'), 'differ in: d, e'),
    (dict(target=[0, 1, 2, 2]), 'differ in: d'),
])
def test_seeds_on_other_clips_are_refused(other, text):
    with pytest.raises(ValueError, match=text):
        over_seeds([test(TARGET, GOOD), test(pred=GOOD, **other)])


def test_groups_are_the_same_in_every_row():
    """Whatever a model was trained with, so that rows compare."""
    confused = [1, 1, 2, 3]  # happy taken for sad
    rates = [over_seeds([test(TARGET, confused, groups=groups)])['WAR3']
             for groups in (None, MIXED_SENTIMENT)]
    assert rates[0] == rates[1] and rates[0].mean == 75
    assert rates[0].sd is None


def test_folds_have_a_mean_and_a_pooled_interval():
    folds = (test(TARGET, GOOD), test([0, 1], [1, 0], 'ef'))
    war = over_folds(RunResult('m', folds))['WAR']
    assert war.mean == 50 and war.sd == pytest.approx(np.sqrt(2) * 50)
    assert (war.low, war.high) == bootstrap_ci(
        matrix_war, GOOD + [1, 0], TARGET + [0, 1], 7)


def test_text_of_a_rate():
    assert str(Rate(53.218, 1.05, 50.11, 56.)) == '53.22 ± 1.05 [50.1, 56.0]'
    assert str(Rate(53.218, None, 50.11, 56.)) == '53.22 [50.1, 56.0]'

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from math import comb

import numpy as np
import pytest

from aen_mmaction.evaluation import matrix_uar, matrix_war, uar
from aen_mmaction.evaluation.paired import mcnemar, paired_bootstrap


def test_mcnemar_by_hand():
    """a alone right once, b alone right 5 times: p = 2 (1 + 6) / 2^6."""
    target = [0] * 8
    a = [0, 1, 1, 1, 1, 1, 0, 1]
    b = [1, 0, 0, 0, 0, 0, 0, 1]
    assert mcnemar(a, b, target, 2) == (1, 5, pytest.approx(14 / 64))
    assert mcnemar(b, a, target, 2)[:2] == (5, 1)


@pytest.mark.parametrize('only_a, only_b', [(0, 0), (0, 9), (4, 4), (3, 11)])
def test_mcnemar_is_the_sign_test(only_a, only_b):
    target = [0] * (only_a + only_b + 3)
    a = [0] * only_a + [1] * only_b + [0, 1, 2]
    b = [1] * only_a + [0] * only_b + [0, 1, 1]
    n, low = only_a + only_b, min(only_a, only_b)
    p = min(1, 2 * sum(comb(n, i) for i in range(low + 1)) / 2**n)
    assert mcnemar(a, b, target, 3).p_value == pytest.approx(p)


def draw(rng, n, share, k=3):
    target = rng.integers(k, size=n)
    pair = [np.where(rng.random(n) < s, target, rng.integers(k, size=n))
            for s in share]
    return (*pair, target)


def test_bootstrap_agrees_with_drawing_clips():
    """Oracle: indices drawn one by one, the same for both runs."""
    rng = np.random.default_rng(0)
    a, b, target = draw(rng, 60, (.3, .6))
    found = paired_bootstrap(matrix_uar, a, b, target, 3, 4000)
    assert found.difference == pytest.approx(
        uar(b, target, 3) - uar(a, target, 3))
    drawn = []
    for _ in range(2000):
        i = rng.integers(60, size=60)
        drawn.append(uar(b[i], target[i], 3) - uar(a[i], target[i], 3))
    low, high = np.percentile(drawn, (2.5, 97.5))
    spread = high - low
    assert found.low == pytest.approx(low, abs=.1 * spread)
    assert found.high == pytest.approx(high, abs=.1 * spread)


def test_equal_runs_do_not_differ_and_far_ones_do():
    a, b, target = draw(np.random.default_rng(1), 300, (.2, .9))
    assert paired_bootstrap(matrix_war, a, a, target, 3) == (0, 0, 0, 1)
    found = paired_bootstrap(matrix_war, a, b, target, 3)
    assert found.low > 0 and found.p_value < .005
    back = paired_bootstrap(matrix_war, b, a, target, 3)
    assert back.difference == pytest.approx(-found.difference)
    assert back.high < 0


def test_one_clip_and_bad_input():
    assert paired_bootstrap(matrix_war, [0], [1], [1], 2).difference == 100
    with pytest.raises(ValueError, match='the same clips'):
        mcnemar([0, 1], [0], [0, 1], 2)
    with pytest.raises(ValueError, match='expected labels 0..1'):
        mcnemar([0, 2], [0, 1], [0, 1], 2)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.faces import fill_gaps


def test_short_gap_is_filled_long_one_is_not():
    every, values, detected = fill_gaps([3, 6, 10], np.array([1., 4., 8.]), 2)
    assert every.tolist() == [3, 4, 5, 6, 10]  # 7, 8, 9 are three
    assert values.tolist() == [1, 2, 3, 4, 8]
    assert detected.tolist() == [True, False, False, True, True]


@pytest.mark.parametrize('n', [1, 3, 7])
def test_shapes(n):
    points = np.random.default_rng(n).normal(size=(n, 5, 2))
    every, values, detected = fill_gaps(range(n), points)
    assert every.tolist() == list(range(n)) and detected.all()
    np.testing.assert_array_equal(values, points)


@pytest.mark.parametrize('indices', [[], [2, 2], [3, 1]])
def test_frames_that_do_not_rise(indices):
    with pytest.raises(ValueError, match='expected rising frames'):
        fill_gaps(indices, np.zeros(len(indices)))

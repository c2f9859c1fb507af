# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
import torch

from aen_mmaction.evaluation import (confusion_matrix, group_matrix,
                                     matrix_recalls, matrix_uar, matrix_war)

# true a: 3 right, 1 as b;  true b: 2 right, 0 else;  true c: 1 as a, 1 right
MATRIX = np.array([[3, 1, 0], [0, 2, 0], [1, 0, 1]])


def test_counts_by_true_row_and_predicted_column():
    target = [0, 0, 0, 0, 1, 1, 2, 2]
    pred = [0, 0, 0, 1, 1, 1, 0, 2]
    assert (confusion_matrix(pred, target, 3) == MATRIX).all()


@pytest.mark.parametrize('num', [1, 3, 7])
def test_against_loop(num):
    rng = np.random.default_rng(num)
    pred, target = rng.integers(0, 7, (2, num))
    want = np.zeros((7, 7), int)
    for p, t in zip(pred, target):
        want[t][p] += 1
    assert (confusion_matrix(pred, target, 7) == want).all()
    assert (confusion_matrix(
        torch.tensor(pred), torch.tensor(target), 7) == want).all()


def test_rates_literal():
    assert matrix_recalls(MATRIX).tolist() == [100 * 3 / 4, 100, 100 * 1 / 2]
    assert matrix_war(MATRIX) == 100 * (3 + 2 + 1) / 8
    assert matrix_uar(MATRIX) == (75 + 100 + 50) / 3


def test_class_without_clips():
    """No true b: no recall, and the mean is over a and c."""
    matrix = np.array([[3, 1, 0], [0, 0, 0], [1, 0, 1]])
    np.testing.assert_array_equal(matrix_recalls(matrix), [75, np.nan, 50])
    assert matrix_uar(matrix) == (75 + 50) / 2


def test_groups_sum_counts():
    """a and c are one group: 3 + 0 + 1 + 1 inside, 1 + 0 to b."""
    assert group_matrix(MATRIX, [0, 1, 0]).tolist() == [[5, 1], [0, 2]]
    # the group recall is not the mean of recalls: 5/6, not (75 + 50) / 2
    assert matrix_recalls(group_matrix(MATRIX, [0, 1, 0]))[0] == 100 * 5 / 6


def test_a_stack_is_read_matrix_by_matrix():
    stack = np.stack([MATRIX, MATRIX.T, np.diag([1, 0, 2])])
    for read in (matrix_war, matrix_uar, matrix_recalls,
                 lambda m: group_matrix(m, [0, 1, 0])):
        np.testing.assert_array_equal(
            read(stack), np.stack([read(m) for m in stack]))


@pytest.mark.parametrize('pred, target, text', [
    ([0, 7], [0, 1], r'pred: expected labels 0\.\.6, got 0\.\.7'),
    ([0, 1], [-1, 1], r'target: expected labels 0\.\.6, got -1\.\.1'),
    ([0, 1], [0, 1, 2], 'same number of clips, got 2 and 3'),
    ([], [], 'pred: expected N >= 1 integer labels'),
    ([0.5], [0], 'of float64'),
    ([[0]], [0], r'got shape \(1, 1\)'),
])
def test_errors(pred, target, text):
    with pytest.raises(ValueError, match=text):
        confusion_matrix(pred, target, 7)

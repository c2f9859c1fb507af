# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from aen_mmaction.evaluation.calibration import calibration_error, reliability


def test_by_hand():
    """Bins (0.5, 0.6]: 1 of 2 right at 0.55; (0.9, 1]: 0 of 1 at 1."""
    scores = np.array([[.55, .45], [.45, .55], [1, 0]])
    bins = reliability(scores, [0, 0, 1])
    assert bins.clips.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 0, 1]
    assert bins.accuracy[[5, 9]].tolist() == [.5, 0]
    assert bins.confidence[[5, 9]] == pytest.approx([.55, 1])
    assert np.isnan(bins.accuracy[0])
    assert calibration_error(bins) == pytest.approx(100 * (2 * .05 + 1) / 3)


@pytest.mark.parametrize('seed', range(4))
def test_agrees_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet(np.full(7, .3), 50)
    target = rng.integers(7, size=50)
    bins = reliability(scores, target)
    accuracy, confidence = calibration_curve(
        scores.argmax(1) == target, scores.max(1), n_bins=10)
    full = bins.clips > 0
    np.testing.assert_allclose(bins.accuracy[full], accuracy)
    np.testing.assert_allclose(bins.confidence[full], confidence)


def test_wrong_shapes():
    with pytest.raises(ValueError, match=r'expected \(N, K\)'):
        reliability([.5, .5], [0])
    with pytest.raises(ValueError, match='of 1 clips, got 2'):
        reliability([[.5, .5], [1, 0]], [0])

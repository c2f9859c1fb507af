# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Runs in memory, no files."""
from pathlib import Path

import numpy as np
import pytest

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.evaluation.runs import RunResult, TestRun


def make_test(target, pred, ids=None, classes=None):
    """A test of N clips; predicted classes have probability 0.9."""
    hierarchy = EmotionHierarchy(*([classes] if classes else []))
    ids = ids or [f'{i:05d}' for i in range(len(target))]
    scores = np.full((len(target), 7), .1 / 6)
    scores[np.arange(len(target)), pred] = .9
    return TestRun(
        Path('runs/x'), hierarchy, tuple(ids), np.array(target),
        np.array(pred), scores, {})


@pytest.fixture
def make_run():
    """Function ``make_run(name, *folds)``, a fold is make_test's arguments."""
    return lambda name, *folds: RunResult(
        name, tuple(make_test(*fold) for fold in folds))

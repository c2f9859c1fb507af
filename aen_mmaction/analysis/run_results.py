# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Rates of several runs of one method: seeds on the same clips, or folds."""
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np

from ..checks import name_some
from ..emotions import EmotionHierarchy
from ..evaluation import bootstrap_ci, confusion_matrix, rate_statistics
from ..evaluation.runs import RunResult, TestRun

RATES = ('WAR', 'UAR', 'WAR3', 'UAR3')


class Rate(NamedTuple):
    """A rate over several runs, percent.

    Attributes:
        mean (float): Mean over the runs.
        sd (float | None): Sample standard deviation over the runs (divided
            by runs - 1); None of a single run.
        low (float): Lower end of the 95 % bootstrap interval over clips.
        high (float): Its upper end.
    """
    mean: float
    sd: Optional[float]
    low: float
    high: float

    def __str__(self) -> str:
        spread = '' if self.sd is None else f' ± {self.sd:.2f}'
        return f'{self.mean:.2f}{spread} [{self.low:.1f}, {self.high:.1f}]'


def sentiment_of(test: TestRun) -> EmotionHierarchy:
    """A test's classes in the sentiment groups, so that tables compare.

    Models may be trained with other groups (AEN, Table 2). Emotions of a
    user's own, which no sentiment is known of, keep the groups of the test.
    """
    try:
        return EmotionHierarchy(test.hierarchy.classes)
    except ValueError:
        return test.hierarchy


def over_seeds(tests: Sequence[TestRun]) -> Dict[str, Rate]:
    """Rates of one method, trained several times, on the same clips.

    Args:
        tests (Sequence[TestRun]): S tests.

    Returns:
        dict[str, Rate]: WAR, UAR, WAR3, UAR3. The interval is that of the
        mean over the runs when clips are drawn anew, the same for all runs.

    Raises:
        ValueError: If the runs were not tested on the same labelled clips.
    """
    orders = [np.argsort(test.clip_ids) for test in tests]
    labelled = [
        dict(zip(test.clip_ids, test.target.tolist())) for test in tests
    ]
    for test, other in zip(tests, labelled):
        if other != labelled[0]:
            differ = sorted(
                {i for i, _ in other.items() ^ labelled[0].items()})
            raise ValueError(
                f'{test.folder} and {tests[0].folder}: expected the same '
                'clips with the same labels, they differ in: '
                f'{name_some(differ)}')
    preds = [test.pred[order] for test, order in zip(tests, orders)]
    target = tests[0].target[orders[0]]
    return _rates(preds, [target] * len(tests), np.stack(preds), target,
                  sentiment_of(tests[0]))


def over_folds(run: RunResult) -> Dict[str, Rate]:
    """Mean and spread over folds; the interval is of all clips pooled.

    Args:
        run (RunResult): One test for each fold.

    Returns:
        dict[str, Rate]: WAR, UAR, WAR3, UAR3.
    """
    pooled = run.pooled()
    return _rates([f.pred for f in run.folds], [f.target for f in run.folds],
                  pooled.pred, pooled.target, sentiment_of(pooled))


def _rates(preds: Sequence[np.ndarray], targets: Sequence[np.ndarray],
           pred: np.ndarray, target: np.ndarray,
           hierarchy: EmotionHierarchy) -> Dict[str, Rate]:
    """Mean and spread of the runs, interval of ``pred``, (N,) or (S, N)."""
    num_classes = hierarchy.num_classes
    matrices = np.stack([
        confusion_matrix(p, t, num_classes) for p, t in zip(preds, targets)
    ])
    rates = {}
    for name, statistic in rate_statistics(hierarchy).items():
        values = statistic(matrices)  # (S,)
        spread = float(values.std(ddof=1)) if len(values) > 1 else None
        ends = bootstrap_ci(statistic, pred, target, num_classes)
        rates[name] = Rate(float(values.mean()), spread, *ends)
    return rates

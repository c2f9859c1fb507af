# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Finished test runs, read back from the files DFERMetric wrote."""
import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ..checks import name_some
from ..emotions import EmotionHierarchy, label_map
from .functional import calculate


@dataclass(frozen=True, eq=False)
class TestRun:
    """One test: every clip's label and prediction.

    Attributes:
        folder (Path): Where metrics.json and predictions.csv lie.
        hierarchy (EmotionHierarchy): The K emotions and their groups.
        clip_ids (tuple[str]): N ids, each once.
        target (np.ndarray): int64 ``(N,)`` true labels.
        pred (np.ndarray): int64 ``(N,)`` predicted labels.
        scores (np.ndarray): float64 ``(N, K)`` probabilities.
        summary (dict): metrics.json as written.
    """
    __test__ = False  # no test case, whatever its name

    folder: Path
    hierarchy: EmotionHierarchy
    clip_ids: Tuple[str, ...]
    target: np.ndarray
    pred: np.ndarray
    scores: np.ndarray
    summary: Dict

    def metrics(self) -> Dict[str, float]:
        """All metrics in percent, see :func:`calculate`."""
        return calculate(self.pred, self.target, self.hierarchy)

    def in_order_of(self, other: 'TestRun') -> 'TestRun':
        """The same run with another's class order.

        Raises:
            ValueError: If the two do not know the same emotions and groups.
        """
        mine, theirs = self.hierarchy, other.hierarchy
        if set(mine.classes) != set(theirs.classes):
            raise ValueError(
                f'{self.folder} and {other.folder} know other classes: '
                f'{mine.classes} and {theirs.classes}. Only runs with the '
                'same emotions are comparable; see tools/cross_dataset.py '
                'for sets that share some.')
        to = np.array(label_map(mine.classes, theirs.classes))
        scores = np.empty_like(self.scores)
        scores[:, to] = self.scores
        return TestRun(self.folder, theirs, self.clip_ids, to[self.target],
                       to[self.pred], scores, self.summary)


def read_test(folder: Union[str, Path]) -> TestRun:
    """Read metrics.json and predictions.csv of a test.

    Args:
        folder (str | Path): What ``tools/test.py`` calls its out dir.

    Returns:
        TestRun: The test.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a row is damaged, a clip occurs twice or the list is
            empty; with file and line. If the two files contradict each
            other.
    """
    folder = Path(folder)
    paths = [folder / name for name in ('metrics.json', 'predictions.csv')]
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(
                f'{path} is missing: expected what tools/test.py writes '
                '(metrics.json, predictions.csv). Run\n'
                '    python tools/test.py CONFIG CHECKPOINT --out-dir '
                f'{folder}')
    try:
        summary = json.loads(paths[0].read_text(encoding='utf-8'))
        hierarchy = EmotionHierarchy(summary['classes'], summary['groups'])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f'{paths[0]}: expected what tools/test.py writes, found '
            f'{type(error).__name__}: {error}. Run the test again') from error
    ids, labels, scores = _read_predictions(paths[1],
                                            list(hierarchy.classes))
    twice = [i for i, count in Counter(ids).items() if count > 1]
    if twice or not ids:
        raise ValueError(
            f'{paths[1]}: expected each clip once, found '
            f'{name_some(twice) + " more than once" if ids else "no clip"}')
    target, pred = np.array(labels).T
    run = TestRun(folder, hierarchy, tuple(ids), target, pred,
                  np.array(scores), summary)
    _check_rates(run, paths)
    return run


def _check_rates(run: TestRun, paths: Sequence[Path]) -> None:
    """Compare the rows with the count and the rates that were written."""
    written = {**run.summary, **run.summary.get('metrics', {})}
    found = dict(run.metrics(), num_clips=len(run.clip_ids))
    for key in ('num_clips', 'WAR', 'UAR'):
        if key in written and written[key] != found[key]:
            raise ValueError(
                f'{paths[1]}: {key} of its rows is {found[key]}, '
                f'{paths[0].name} says {written[key]}: one of them is '
                'damaged or of another test. Run the test again')


def _read_predictions(
        path: Path, classes: List[str]
) -> Tuple[List[str], List[Tuple[int, int]], List[List[float]]]:
    """Ids, (label, prediction) and K probabilities of each row."""
    header = ['clip_id', 'label', 'pred', *classes]
    ids, labels, scores = [], [], []
    try:
        text = path.read_text(encoding='utf-8')
        reader = csv.reader(text.splitlines(), strict=True)
        rows = list(reader)
    except (ValueError, csv.Error) as error:
        raise ValueError(f'{path}: expected a table, found {error}. Run the '
                         'test again') from error
    if rows[:1] != [header]:
        raise ValueError(f'{path}:1: expected the columns {header}, '
                         f'found {rows[:1]}')
    for line, row in enumerate(rows[1:], 2):
        try:
            clip_id, label, pred, *probs = row
            labels.append((classes.index(label), classes.index(pred)))
            scores.append([float(p) for p in probs])
            if len(probs) != len(classes) or not np.isfinite(scores[-1]).all():
                raise ValueError(f'{len(probs)} probabilities, or NaN')
        except ValueError as error:
            raise ValueError(f'{path}:{line}: expected '
                             f'{header}, found {row} ({error})') from None
        ids.append(clip_id)
    return ids, labels, scores


@dataclass(frozen=True, eq=False)
class RunResult:
    """A run: one test, or the tests of several folds.

    Attributes:
        name (str): Shown in tables.
        folds (tuple[TestRun]): At least one, in the same class order.
    """
    name: str
    folds: Tuple[TestRun, ...]

    @property
    def hierarchy(self) -> EmotionHierarchy:
        """The K emotions and their groups."""
        return self.folds[0].hierarchy

    @property
    def num_clips(self) -> int:
        """Clips tested, over all folds."""
        return sum(len(fold.clip_ids) for fold in self.folds)

    def metrics(self) -> Dict[str, float]:
        """Mean over the folds of each metric, percent.

        A recall is the mean over the folds that have a clip of its class.
        """
        each = [fold.metrics() for fold in self.folds]
        names = dict.fromkeys(name for one in each for name in one)
        return {
            name: float(np.mean([one[name] for one in each if name in one]))
            for name in names
        }

    def deviation(self, name: str) -> Optional[float]:
        """Standard deviation of a metric over the folds (n - 1), or None."""
        if len(self.folds) < 2:
            return None
        return float(np.std([f.metrics()[name] for f in self.folds], ddof=1))

    def pooled(self) -> TestRun:
        """All folds as one test."""
        if len(self.folds) == 1:
            return self.folds[0]
        first = self.folds[0]
        return TestRun(
            first.folder.parent, first.hierarchy,
            tuple(i for fold in self.folds for i in fold.clip_ids),
            np.concatenate([f.target for f in self.folds]),
            np.concatenate([f.pred for f in self.folds]),
            np.concatenate([f.scores for f in self.folds]), first.summary)


def read_run(path: Union[str, Path], name: Optional[str] = None) -> RunResult:
    """Read a run's tests, wherever they lie below its folder.

    Args:
        path (str | Path): A test's folder, a work dir with ``test/``, or a
            folder with several tests below it, taken for folds in the order
            of their paths.
        name (str, optional): Defaults to the folder's name.

    Returns:
        RunResult: The run.

    Raises:
        FileNotFoundError: If there is no test below ``path``.
        ValueError: If two of several tests share a clip, so that they are no
            folds, or know other classes.
    """
    path = Path(path)
    for folder in (path, path / 'test'):
        if (folder / 'predictions.csv').is_file():
            found = [folder]
            break
    else:
        found = sorted(p.parent for p in path.rglob('predictions.csv'))
    if not found:
        raise FileNotFoundError(
            f'{path}: no predictions.csv there or below. Run\n'
            f'    python tools/test.py CONFIG CHECKPOINT --work-dir {path}')
    tests = [read_test(folder) for folder in found]
    seen: Dict[str, Path] = {}
    for test in tests:
        shared = [i for i in test.clip_ids if i in seen]
        if shared:
            raise ValueError(
                f'{test.folder} and {seen[shared[0]]} both hold clip '
                f'{shared[0]!r}: not folds of one run. Name one of them.')
        seen.update(dict.fromkeys(test.clip_ids, test.folder))
    name = name or (path.parent if path.name == 'test' else path).name
    return RunResult(name or path.resolve().name,
                     tuple(test.in_order_of(tests[0]) for test in tests))

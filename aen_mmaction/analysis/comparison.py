# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Runs side by side, as the paper's Tables 3 to 5, and their differences."""
import itertools
from typing import List, Mapping, Optional, Sequence

from ..checks import name_some
from ..evaluation.confusion import matrix_uar, matrix_war
from ..evaluation.functional import bootstrap_ci
from ..evaluation.paired import mcnemar, paired_bootstrap
from ..evaluation.reported import Reported, reported_results
from ..evaluation.runs import RunResult
from ..evaluation.tables import Table
from .complexity import CONVENTION, Cost

_RATES = ('UAR3', 'WAR3', 'UAR', 'WAR')


def results_table(runs: Sequence[RunResult],
                  dataset: Optional[str] = None,
                  protocols: Mapping[str, str] = {}) -> Table:
    """Recalls, UAR and WAR of 3 and 7 emotions, measured and reported.

    Args:
        runs (Sequence[RunResult]): What was measured, with the same emotions.
        dataset (str, optional): Add what the AEN paper's table of this data
            set reports: beside the run of the same name (in any case), or
            as a row of its own. Defaults to None: nothing.
        protocols (Mapping[str, str]): Name of the run -> what was tested
            and how, for the notes; see :func:`protocol_line`.

    Returns:
        Table: Percent. Of several folds the mean; the interval is of the
        pooled clips.

    Raises:
        ValueError: If two runs know different emotions, or nothing is
            reported on ``dataset``.
    """
    first = runs[0].folds[0]
    runs = [
        RunResult(run.name, tuple(f.in_order_of(first) for f in run.folds))
        for run in runs
    ]
    classes = first.hierarchy.classes
    reported = reported_results(dataset, 'AEN Table') if dataset else []
    by_name = {row.method.lower(): row for row in reported}
    rows = [
        _row(run.name, classes, run, by_name.pop(run.name.lower(), None))
        for run in runs
    ]
    rows += [_row(row.method, classes, None, row) for row in by_name.values()]
    header = [
        'Method', 'clips', 'folds', *classes, *_RATES, '95 % of WAR',
        *(f'{rate} reported' for rate in _RATES), 'source'
    ]
    notes = [
        'Percent. The columns of the emotions are their recalls; 3 stands for '
        f'the groups {", ".join(first.hierarchy.group_names)}. Measured '
        'columns come first; the interval is a bootstrap over the clips.'
    ]
    if any(len(run.folds) > 1 for run in runs):
        notes.append('Measured on several folds: the mean of the folds.')
    notes += [f'{name}: {line}.' for name, line in protocols.items()]
    if dataset:
        notes.append(f'Reported: on {dataset} by the source, not measured '
                     'here; protocols differ.')
        notes += [f'{row.method}, reported: {row.note}.'
                  for row in reported if row.note]
        return Table(header, rows, notes)
    keep = len(header) - 5
    return Table(header[:keep], [row[:keep] for row in rows], notes)


def _row(name: str, classes: Sequence[str], run: Optional[RunResult],
         reported: Optional[Reported]) -> List:
    """One line: measured cells, then reported ones."""
    claims = reported.metrics if reported else {}
    if run is None:
        return [
            name, None, None, *(None for _ in classes),
            *(None for _ in _RATES), None,
            *(claims.get(rate) for rate in _RATES), reported.source
        ]
    metrics, pool = run.metrics(), run.pooled()
    low, high = bootstrap_ci(matrix_war, pool.pred, pool.target, len(classes))
    return [
        name, run.num_clips, len(run.folds),
        *(metrics.get(f'recall_{c}') for c in classes),
        *(metrics[rate] for rate in _RATES), f'{low:.2f} to {high:.2f}',
        *(claims.get(rate) for rate in _RATES),
        reported.source if reported else None
    ]


def differences_table(runs: Sequence[RunResult]) -> Table:
    """Every pair of runs on the clips both have.

    Args:
        runs (Sequence[RunResult]): At least two.

    Returns:
        Table: B minus A in percentage points with 95 % intervals and p values
        of a paired bootstrap, and McNemar's exact test.

    Raises:
        ValueError: If two runs share no clip, label one differently, or know
            different emotions.
    """
    header = ('A', 'B', 'clips', 'WAR: B - A', '95 %', 'p', 'UAR: B - A',
              '95 %', 'p', 'only A right', 'only B right', 'McNemar p')
    rows, notes = [], [
        'Percentage points. Paired bootstrap of the clips both runs have '
        "(2000 resamples); McNemar's exact test compares WAR. Nothing is "
        'corrected for the number of comparisons, nor for training seeds.'
    ]
    for one, two in itertools.combinations(runs, 2):
        a, b = one.pooled(), two.pooled().in_order_of(one.folds[0])
        place = {clip_id: i for i, clip_id in enumerate(b.clip_ids)}
        pairs = [(i, place[c]) for i, c in enumerate(a.clip_ids) if c in place]
        if not pairs:
            raise ValueError(f'{a.folder} and {b.folder} have no clip in '
                             'common: they are no tests of the same data')
        left, right = map(list, zip(*pairs))
        for clip_id in (a.clip_ids[i] for i, j in pairs
                        if a.target[i] != b.target[j]):
            raise ValueError(f'clip {clip_id!r} is labelled differently in '
                             f'{a.folder} and {b.folder}')
        for run, found in ((one, a), (two, b)):
            alone = len(found.clip_ids) - len(pairs)
            if alone:
                others = set((b if found is a else a).clip_ids)
                names = [c for c in found.clip_ids if c not in others]
                notes.append(f'{one.name} against {two.name}: {alone} '
                             f'clip(s) only {run.name} has are left out '
                             f'({name_some(names, 5)}).')
        triple = (a.pred[left], b.pred[right], a.target[left],
                  a.hierarchy.num_classes)
        cells = []
        for statistic in (matrix_war, matrix_uar):
            found = paired_bootstrap(statistic, *triple)
            cells += [found.difference,
                      f'{found.low:.2f} to {found.high:.2f}',
                      _p_value(found.p_value)]
        only_a, only_b, p = mcnemar(*triple)
        rows.append([one.name, two.name, len(pairs), *cells, only_a, only_b,
                     _p_value(p)])
    return Table(header, rows, notes)


def _p_value(p: float) -> str:
    return '< 0.001' if p < .001 else f'{p:.3f}'


def cost_table(costs: Mapping[str, Cost], measured_on: str = '') -> Table:
    """Parameters, MACs, FLOPs and speed.

    Args:
        costs (Mapping[str, Cost]): Name of the run -> its cost.
        measured_on (str): What the speed was measured on, if it was.

    Returns:
        Table: With the convention in its notes.
    """
    rows = [[
        name, cost.params / 1e6, cost.macs / 1e9, cost.flops / 1e9,
        cost.clips_per_second
    ] for name, cost in costs.items()]
    notes = [CONVENTION]
    if measured_on:
        notes.append('Clips per second: prediction only, data in memory; '
                     f'{measured_on}.')
    return Table(('Method', 'parameters, M', 'MACs, G', 'FLOPs, G',
                  'clips per second'), rows, notes)

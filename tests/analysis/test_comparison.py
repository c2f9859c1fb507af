# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.analysis.comparison import (cost_table, differences_table,
                                              results_table)
from aen_mmaction.analysis.complexity import Cost
from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.evaluation.tables import to_latex, to_markdown

ALL = list(range(7))


def cells(table, row):
    """One row as a dict; a repeated column keeps its first value."""
    found = {}
    for name, value in zip(table.header, table.rows[row]):
        found.setdefault(name, value)
    return found


def test_recalls_and_rates(make_run):
    """sad taken for angry: 6 of 7 right, its group right."""
    table = results_table([make_run('ours', (ALL, [0, 3, 2, 3, 4, 5, 6]))])
    row = cells(table, 0)
    assert (row['Method'], row['clips'], row['folds']) == ('ours', 7, 1)
    assert row['sad'] == 0 and row['angry'] == 100
    assert row['WAR'] == row['UAR'] == pytest.approx(600 / 7)
    assert row['WAR3'] == row['UAR3'] == 100
    assert row['95 % of WAR'].endswith(' to 100.00')
    assert 'source' not in table.header


def test_reported_beside_measured(make_run):
    run = make_run('aen', (ALL, ALL))
    table = results_table([run, make_run('mine', (ALL, ALL))], 'dfew')
    names = [row[0] for row in table.rows]
    assert names[:2] == ['aen', 'mine'] and 'Former-DFER' in names
    assert 'AEN' not in names and len(names) == 2 + 9  # of ten rows
    ours, mine, former = (
        cells(table, names.index(n)) for n in ('aen', 'mine', 'Former-DFER'))
    assert ours['WAR'] == 100 and ours['WAR reported'] == 69.37
    assert ours['source'] == 'AEN Table 3'
    assert mine['WAR reported'] is None and mine['source'] is None
    assert former['WAR'] is None and former['WAR reported'] == 65.70
    assert any('not measured here' in note for note in table.notes)
    for form in (to_markdown, to_latex):
        assert '69.37' in form(*table)


def test_mean_of_folds_and_protocol(make_run):
    run = make_run('ours', ([0, 0], [0, 1], 'ab'), ([0], [0], 'c'))
    table = results_table([run], protocols=dict(ours='tested on x'))
    assert cells(table, 0)['WAR'] == 75  # pooled: 66.67
    assert 'ours: tested on x.' in table.notes
    assert any('mean of the folds' in note for note in table.notes)


def test_pairs_on_the_clips_both_have(make_run):
    """On b, c, d: A right on none, B on all three."""
    a = make_run('A', ([0, 0, 0, 0], [0, 1, 1, 1], 'abcd'))
    b = make_run('B', ([0, 0, 0, 0], [0, 0, 0, 6], 'dcbx'))
    table = differences_table([a, b])
    row = cells(table, 0)
    assert (row['clips'], row['WAR: B - A']) == (3, 100)
    assert (row['only A right'], row['only B right']) == (0, 3)
    assert row['McNemar p'] == '0.250'
    left_out = [n for n in table.notes if 'left out' in n]
    assert 'only A has are left out (a)' in left_out[0]
    assert 'only B has are left out (x)' in left_out[1]
    assert len(differences_table([a, b, a]).rows) == 3


def test_another_class_order_is_no_difference(make_run):
    a = make_run('A', (ALL, ALL))
    b = make_run('B', (ALL[::-1], ALL[::-1], None, DFEW_CLASSES[::-1]))
    assert cells(differences_table([a, b]), 0)['WAR: B - A'] == 0
    assert cells(results_table([a, b]), 1)['WAR'] == 100


def test_what_cannot_be_compared(make_run):
    a = make_run('A', ([0], [0], 'a'))
    with pytest.raises(ValueError, match='no clip in common'):
        differences_table([a, make_run('B', ([0], [0], 'b'))])
    with pytest.raises(ValueError, match="clip 'a' is labelled differently"):
        differences_table([a, make_run('B', ([1], [0], 'a'))])
    with pytest.raises(ValueError, match='expected one of'):
        results_table([a], 'imagenet')


def test_cost():
    table = cost_table(dict(x=Cost(2_000_000, 3_000_000_000, 4.)), 'a CPU')
    assert table.rows == [['x', 2., 3., 6., 4.]]
    assert '1 MAC = 2 FLOPs' in table.notes[0] and 'a CPU' in table.notes[1]

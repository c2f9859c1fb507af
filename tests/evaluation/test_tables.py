# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv

import pytest

from aen_mmaction.evaluation.tables import (format_cell, to_csv, to_latex,
                                            to_markdown, write_table)

HEADER = ('Method', 'clips', 'WAR')
ROWS = [('a_b|c', 7, 66.666), ('50 %', 3, None), ('d', 1, float('nan'))]


def test_cells():
    assert [format_cell(c) for c in ('x', 7, 2 / 3, None, float('nan'))] == [
        'x', '7', '0.67', '-', '-']


def test_markdown():
    assert to_markdown(HEADER, ROWS, ['a note']) == (
        '| Method | clips | WAR |\n'
        '| --- | --: | --: |\n'
        '| a_b\\|c | 7 | 66.67 |\n'
        '| 50 % | 3 | - |\n'
        '| d | 1 | - |\n'
        '\na note\n')


def test_latex_escapes_and_has_one_line_a_row():
    text = to_latex(HEADER, ROWS, ['a note'])
    assert text.startswith('% a note\n\\begin{tabular}{lrr}\n')
    assert 'a\\_b|c & 7 & 66.67 \\\\\n50 \\% & 3 & -- \\\\' in text


def test_csv_keeps_all_digits(tmp_path):
    paths = write_table(tmp_path / 'new' / 'fold1.v2', HEADER, ROWS)
    assert [p.name for p in paths] == [
        'fold1.v2.md', 'fold1.v2.tex', 'fold1.v2.csv']
    with open(paths[2], newline='') as file:
        assert list(csv.reader(file)) == [
            list(HEADER), ['a_b|c', '7', '66.666'], ['50 %', '3', ''],
            ['d', '1', '']]


@pytest.mark.parametrize('form', [to_markdown, to_latex, to_csv])
def test_rows_of_another_length_are_refused(form):
    with pytest.raises(ValueError, match='row 2: expected 3 cells.*got 2'):
        form(HEADER, [('a', 1, 2.), ('b', 1)])

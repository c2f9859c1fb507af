# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv

from aen_mmaction.datasets.check import KINDS, Finding, summarise, write_csv

FAULTS = [Finding('missing_clip', f'a.csv:{i}', str(i), 'not found in x')
          for i in range(2, 15)]
NOTE = Finding('short_clip', 'a.csv:1', '1', '9 frames of 16', fault=False)


def test_summary_counts_names_and_mends():
    lines = summarise([NOTE, *FAULTS]).split('\n')
    assert lines[0] == 'FAULT 13 clips of a list that are not on disk'
    assert lines[1].split() == ['a.csv:2', '2', 'not', 'found', 'in', 'x']
    assert lines[4].strip() == 'all: ' + ', '.join(
        str(i) for i in range(2, 12)) + ', ...'
    assert lines[5].strip().startswith('-> unpack')
    assert lines[6] == 'note  1 clips shorter than a training clip'
    assert lines[-1] == 'NOT clean: 13 faults'
    assert summarise([NOTE]).endswith('\nclean') and summarise([]) == 'clean'


def test_csv_holds_every_finding(tmp_path):
    path = tmp_path / 'new' / 'findings.csv'
    write_csv([NOTE, *FAULTS], str(path))
    with open(path, newline='') as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 14
    assert rows[0]['level'] == 'note' and rows[1]['level'] == 'fault'
    assert rows[1]['mend'] == KINDS['missing_clip'].mend

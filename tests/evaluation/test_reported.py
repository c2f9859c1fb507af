# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.evaluation.reported import reported_results

# What the file itself says does not hold up.
NOTED = {('DFEW', 'DPCNet'): 'WAR 65.68', ('DFEW', 'ResNet18+GRU'): '51.90'}
DFEW_CLIPS = dict(zip(DFEW_CLASSES, (2445, 1894, 2669, 2173, 1469, 145, 902)))


def test_the_papers_rows():
    aen, = (r for r in reported_results('dfew', 'AEN Table')
            if r.method == 'AEN')
    assert aen.metrics['WAR'] == 69.37 and aen.metrics['UAR3'] == 74.60
    assert aen.metrics['recall_disgust'] == 4.17 and aen.params == 52.9
    counts = [len(reported_results(name, 'AEN Table'))
              for name in ('DFEW', 'AFEW', 'FERV39k')]
    assert counts == [10, 12, 9]  # rows of Tables 3, 4, 5


@pytest.mark.parametrize('row', reported_results('DFEW', 'AEN Table 3'),
                         ids=lambda row: row.method)
def test_printed_recalls_give_the_printed_rates(row):
    """UAR is their mean, WAR their mean weighted by DFEW's clips."""
    recalls = [row.metrics[f'recall_{name}'] for name in DFEW_CLASSES]
    uar = np.mean(recalls)
    war = np.average(recalls, weights=[*DFEW_CLIPS.values()])
    close = max(abs(uar - row.metrics['UAR']),
                abs(war - row.metrics['WAR'])) < .06
    note = NOTED.get(('DFEW', row.method))
    assert note in row.note if note else close


def test_every_row_has_a_source_and_a_rate():
    rows = reported_results()
    assert len(rows) > 90
    for row in rows:
        assert row.source and row.metrics
        assert all(0 <= value <= 100 for value in row.metrics.values())
    keys = [(r.dataset, r.method, r.source) for r in rows]
    assert len(set(keys)) == len(keys)


def test_unknown_data_set():
    with pytest.raises(ValueError, match="'dfer': expected one of"):
        reported_results('dfer')

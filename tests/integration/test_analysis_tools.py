# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""compare, figures, cross_dataset and report on a tiny trained model."""
import csv
import runpy
import sys

import pytest

from .conftest import ROOT


@pytest.fixture
def trained(tiny):
    """Work dir of a tiny AEN, trained an epoch and tested."""
    run = tiny.run('train', 'aen', {}, validate=False)
    tiny.run('test', 'aen', {}, run.work_dir / 'epoch_1.pth')
    return run.work_dir


@pytest.fixture
def call(monkeypatch, capsys):
    """Function ``call(tool, *args)``: run it in this process, its output."""

    def run(tool, *args):
        script = str(ROOT / 'tools' / f'{tool}.py')
        monkeypatch.setattr(sys, 'argv', [script, *map(str, args)])
        runpy.run_path(script, run_name='__main__')
        return capsys.readouterr().out

    return run


def rows(path):
    with open(path, newline='') as file:
        return list(csv.DictReader(file))


def test_tools_of_a_trained_run(trained, tiny, call, tmp_path):
    out = tmp_path / 'out'
    text = call('compare', trained, trained, '--names', 'AEN', 'again',
                '--dataset', 'DFEW', '--rounds', 1, '--out', out)
    assert '| AEN |' in text and '1 MAC = 2 FLOPs' in text
    found = rows(out / 'results.csv')
    assert found[0]['clips'] == '7' and found[0]['WAR reported'] == '69.37'
    assert found[0]['WAR'] == found[1]['WAR']
    difference, = rows(out / 'differences.csv')
    assert difference['WAR: B - A'] == '0.0'
    assert float(rows(out / 'cost.csv')[0]['clips per second']) > 0

    config = trained / 'aen_dfew_fold1.py'
    text = call('cross_dataset', '--trained', f'fold1={trained}', '--tested',
                f'same={config}', '--out', out)
    cell, = rows(out / 'cells.csv')
    assert float(cell['WAR']) == pytest.approx(float(found[0]['WAR']))
    assert cell['left out'] == 'nothing' and cell['clips'] == '7'

    text = call('figures', 'gradcam', trained, '--clips', '00101', '00104',
                '--out', out / 'cam.png')
    assert (out / 'cam_00104.png').stat().st_size > 10_000
    call('figures', 'strip', trained, '--out', out / 'strip.png')
    call('figures', 'tsne', trained, '--out', out / 'tsne.png')
    call('figures', 'confusion', trained, '--out', out / 'confusion.pdf')
    for name in ('strip.png', 'tsne.png', 'confusion.pdf'):
        assert (out / name).stat().st_size > 5_000

    (tmp_path / 'guide.pth').unlink()  # the report does without
    text = call('report', trained, '--reported', 'DFEW:aen')
    html = (trained / 'report.html').read_text()
    assert 'report.html' in text and '69.37' in html
    assert 'Not shown' not in html and 'seed' in html


def test_errors_are_the_last_line(trained, call, tmp_path):
    for args, match in (
            (('compare', tmp_path / 'no'), 'error: .*no predictions.csv'),
            (('report', trained, '--reported', 'DFEW:x'), "error: .*no 'x'"),
            (('figures', 'gradcam', trained, '--clips', 'x'),
             "error: --clips: .'x'. are not in the test list"),
            (('figures', 'heat-check', trained), 'error: no synthetic set')):
        with pytest.raises(SystemExit, match=match):
            call(*args)

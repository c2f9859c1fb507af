# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import re
from pathlib import Path

import pytest

from aen_mmaction.analysis import report
from aen_mmaction.analysis.report import results_rows, write_report
from aen_mmaction.analysis.report_parts import fill_from_model
from aen_mmaction.analysis.work_dir import find_checkpoint
from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.evaluation.reported import reported_results

from ..evaluation.conftest import write_run  # noqa: F401  a fixture
from .conftest import make_test

CONFIG = Path(__file__).parents[2] / 'configs' / 'aen_dfew_fold1.py'
EVIL = '<script src="http://example.org/x.js">'


@pytest.fixture
def work_dir(write_run, tmp_path):  # noqa: F811
    """A tested run without log or weights."""
    from mmengine.config import Config
    write_run('run/test', [0, 0, 1, 2, 6], [0, 0, 1, 2, 1],
              ids=['00000', '00001', '00002', '00003', EVIL])
    cfg = Config.fromfile(CONFIG)
    cfg.randomness.seed = 4711
    cfg.note = EVIL
    cfg.dump(tmp_path / 'run' / 'aen.py')
    return tmp_path / 'run'


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are not rendered: that takes longest."""
    monkeypatch.setattr('aen_mmaction.analysis.report_parts.data_uri',
                        lambda figure, kind='svg': 'data:image/none,')


def by_key(parts):
    return {part.key: part for part in parts}


def test_without_weights_the_rest_is_there(work_dir, undrawn):
    out = work_dir / 'report.html'
    parts = by_key(write_report(work_dir, out))
    html = out.read_text()
    assert parts['classes'].pictures and parts['confusion'].pictures
    assert 'no training log' in parts['curves'].missing
    for key in ('mistakes', 'gradcam', 'tsne'):
        assert 'no epoch_*.pth' in parts[key].missing
    assert '80.00' in html and 'seed 4711' in html
    assert 'tested on data/dfew (set_1.csv), 5 clips' in html
    assert 'the work dir holds no log' in html
    assert 'init_backbone_from_guide=True' in html  # the config
    assert '&lt;script src=' in html and EVIL not in html


def filled(work_dir, build, memory_set, monkeypatch, labels):
    """The report with a tiny model and noise clips."""
    (work_dir / 'epoch_3.pth').touch()
    asked = []
    data = memory_set(labels)
    monkeypatch.setattr(
        report, 'load_run',
        lambda cfg, path: asked.append(Path(path).name) or (build(), data))
    info = data.get_data_info
    data.get_data_info = lambda i: {**info(i), 'clip_id': (
        EVIL if i == 4 else info(i)['clip_id'])}
    out = work_dir / 'report.html'
    parts = by_key(write_report(work_dir, out))
    assert asked == ['epoch_3.pth'] == [find_checkpoint(work_dir).name]
    return parts, out.read_text()


def test_one_file_that_loads_nothing(work_dir, build, memory_set,
                                     monkeypatch):
    time = work_dir / '20260101_000000'
    (time / 'vis_data').mkdir(parents=True)
    time.joinpath('x.log').write_text(
        'System environment:\n    Python: 3.11\n' + '-' * 60 + '\nConfig:')
    time.joinpath('vis_data/scalars.json').write_text(
        '{"iter": 1, "step": 1, "epoch": 1, "loss": 2.0, "lr": 0.1}\n')
    parts, html = filled(work_dir, build, memory_set, monkeypatch,
                         [0, 0, 1, 2, 6])
    assert all(p.pictures and not p.missing for p in parts.values())
    assert len(parts['gradcam'].pictures) == 3  # two right, one wrong
    assert 'Python: 3.11' in html and 'Config:' not in html
    # no script, no link to fetch, every picture inside
    assert EVIL not in html and '<script' not in html
    assert not re.search(r'<link|@import|url\(', html)
    sources = re.findall(r'src="([^"]*)"', html)
    assert len(sources) == 4 + 1 + 3 + 1
    assert all(s.startswith('data:image/') for s in sources)


def test_a_test_of_other_data_is_not_explained(work_dir, build, memory_set,
                                               monkeypatch, undrawn):
    parts, html = filled(work_dir, build, memory_set, monkeypatch, [0, 0, 1])
    assert "clip '00003' of the test is not in" in parts['tsne'].missing
    assert 'Not shown: clip' in html
    assert parts['classes'].pictures


def test_weights_of_another_order_of_classes(work_dir, saved, undrawn):
    cfg, checkpoint = saved(DFEW_CLASSES[::-1])
    cfg.dump(work_dir / 'aen.py')
    parts = by_key(write_report(work_dir, work_dir / 'report.html',
                                checkpoint=checkpoint))
    for key in ('mistakes', 'gradcam', 'tsne'):
        assert 'class names differ' in parts[key].missing


def test_everything_right(build, memory_set, undrawn):
    parts = {key: report.Part(key, key)
             for key in ('mistakes', 'gradcam', 'tsne')}
    test = make_test([0, 1, 2, 3], [0, 1, 2, 3])
    fill_from_model(parts, test, build(), memory_set([0, 1, 2, 3]))
    assert parts['mistakes'].note == 'Every clip was predicted right.'
    assert len(parts['gradcam'].pictures) == 2


def test_measured_beside_reported():
    test = make_test([0, 1], [0, 3])
    aen, = (r for r in reported_results('DFEW', 'AEN Table')
            if r.method == 'AEN')
    table = results_rows(test, aen)
    assert [row[1] for row in table.rows] == ['50.00', '50.00', '100.00',
                                              '100.00']
    assert [row[3] for row in table.rows] == ['69.37', '56.66', '74.96',
                                              '74.60']
    assert any('not measured here' in note for note in table.notes)
    assert len(results_rows(test).header) == 3


def test_no_test_no_report(tmp_path):
    (tmp_path / 'aen.py').write_text('model = dict()')
    with pytest.raises(FileNotFoundError, match='metrics.json is missing'):
        write_report(tmp_path, tmp_path / 'report.html')

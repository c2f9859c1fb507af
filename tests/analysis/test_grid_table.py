# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Tables of finished and unfinished grids and cross-validations."""
import csv
import json
from pathlib import Path

import pytest

from aen_mmaction.analysis.cross_validation import (lay_out_folds, method_name,
                                                    write_cross_validation)
from aen_mmaction.analysis.grid_table import write_grid_table
from aen_mmaction.emotions import DFEW_CLASSES, EKMAN_SENTIMENT
from aen_mmaction.engine.experiments import load_config, training_job
from aen_mmaction.engine.grid import Cell, Grid

CONFIG = Path(__file__).parents[2] / 'configs' / 'former-dfer_synthetic.py'
TARGET = [0, 1, 2, 3]


def finish(job, pred, target=TARGET, first=0):
    """Leave what a finished job leaves."""
    test = job.folder / 'test'
    test.mkdir(parents=True)
    rows = [['clip_id', 'label', 'pred', *DFEW_CLASSES]]
    for i, (label, guess) in enumerate(zip(target, pred)):
        probs = [1.0 if k == guess else 0.0 for k in range(7)]
        rows.append([f'{first + i:05d}', DFEW_CLASSES[label],
                     DFEW_CLASSES[guess], *probs])
    with open(test / 'predictions.csv', 'w', newline='') as file:
        csv.writer(file).writerows(rows)
    (test / 'metrics.json').write_text(
        json.dumps(dict(classes=DFEW_CLASSES, groups=EKMAN_SENTIMENT)))
    for stage, seconds in (('train', 100), ('test', 10), ('slim', 1)):
        job.finish(stage, seconds)


@pytest.fixture
def grid(tmp_path):
    """Two methods, two seeds; the second method has one run left."""
    cells = []
    for alpha in ('A', 'B'):
        for seed in (0, 1):
            options = {'model.temporal.depth': 1 + (alpha == 'B'),
                       'train_cfg.max_epochs': 4}
            cfg = load_config(str(CONFIG), options, 'data', seed)
            job = training_job(cfg, alpha, tmp_path / 'runs')
            cells.append(Cell((alpha, 'x'), seed, cfg, job))
    for cell, pred in zip(cells, ([0, 1, 2, 3], [0, 1, 3, 2], [0, 0, 0, 0])):
        finish(cell.job, pred)
    return Grid('A title', ['A note.'], ('method', 'other'), cells)


def table(path):
    with open(path, newline='') as file:
        return list(csv.DictReader(file))


def test_grid_table(grid, tmp_path):
    paths = write_grid_table(grid, tmp_path / 'out')
    assert [p.name for p in paths] == [
        'table.md', 'table.tex', 'table.csv', 'runs.csv']
    text = paths[0].read_text()
    assert text.startswith('## A title\n\n| method | other | WAR | UAR |')
    assert '| A | x | 75.00 ± 35.36 [' in text and '| 0, 1 |' in text
    assert '| 0 (1 of 2, unfinished) |' in text
    for part in ('Data: DFEWDataset in data.', 'Budget: 4 epochs of 8 clips',
                 'Protocol: tested on data (set_1.csv), 4 clips', 'A note.'):
        assert part in text
    assert r'75.00 $\pm$ 35.36' in paths[1].read_text()


def test_csv_has_every_number_and_marks_every_row(grid, tmp_path):
    paths = write_grid_table(grid, tmp_path / 'out')
    a, b = table(paths[2])
    assert (float(a['WAR']), float(b['WAR'])) == (75, 25)
    assert float(a['WAR sd']) == pytest.approx(35.355339)
    assert b['WAR sd'] == '' and b['seeds'] == '0 (1 of 2, unfinished)'
    assert float(a['seconds']) == 111
    assert a['data'] and a['budget'] and a['protocol'] and a['clips'] == '4'
    runs = table(paths[3])
    assert [row['WAR'] for row in runs] == ['100.0', '50.0', '25.0', '']
    assert runs[0]['train_seconds'] == '100'
    assert Path(runs[3]['folder']) == grid.cells[3].job.folder


def test_rows_with_another_budget_are_told_apart(grid, tmp_path):
    grid.cells[2].cfg.train_dataloader.batch_size = 16
    text = write_grid_table(grid, tmp_path / 'out')[0].read_text()
    assert 'Budget, row 1: 4 epochs of 8 clips' in text
    assert 'Budget, row 2: 4 epochs of 16 clips' in text


def test_a_grid_not_begun_has_an_empty_table(grid, tmp_path):
    grid.cells[:] = grid.cells[3:]
    text = write_grid_table(grid, tmp_path / 'out')[0].read_text()
    assert '| B | x | - | - | - | - | none (0 of 1, unfinished) |' in text


@pytest.fixture
def folds(tmp_path):
    """Function that lays out folds 1 to 3 below ``tmp_path``."""

    def make(**options):
        for part in ('train', 'test'):
            folder = tmp_path / f'EmoLabel_DataSplit/{part}(single-labeled)'
            folder.mkdir(parents=True, exist_ok=True)
            for k in (1, 2, 3):
                (folder / f'set_{k}.csv').touch()
        return lay_out_folds(
            str(CONFIG), [1, 2, 3], tmp_path / 'runs', options, str(tmp_path))

    return make


def test_folds_differ_in_their_lists(folds, tmp_path):
    laid_out = folds()
    assert [f.cfg.train_dataloader.dataset.ann_file[-9:]
            for f in laid_out] == ['set_1.csv', 'set_2.csv', 'set_3.csv']
    assert [f.job.folder.name[:24] for f in laid_out][1] == (
        'former-dfer_synthetic-fo')
    assert len({f.job.folder for f in laid_out}) == 3
    with pytest.raises(FileNotFoundError, match='fold 4: no .*set_4.csv'):
        lay_out_folds(str(CONFIG), [4], tmp_path, None, str(tmp_path))
    assert method_name('configs/aen_dfew_fold1.py') == 'aen_dfew'


def test_folds_of_actors(tmp_path):
    options = {f'{part}_dataloader.dataset.type': 'RAVDESSDataset'
               for part in ('train', 'test')}
    options.update({f'{part}_dataloader.dataset.ann_file': ''
                    for part in ('train', 'test')})
    options.update(dict.fromkeys(
        ('val_dataloader', 'val_cfg', 'val_evaluator')))
    fold, = lay_out_folds(str(CONFIG), [3], tmp_path, options, str(tmp_path))
    assert fold.cfg.test_dataloader.dataset.fold == 3
    options['test_dataloader.dataset.type'] = 'FERV39kDataset'
    with pytest.raises(ValueError, match='its folds are unknown'):
        lay_out_folds(str(CONFIG), [3], tmp_path, options, str(tmp_path))


def test_cross_validation_table(folds, tmp_path):
    laid_out = folds()
    preds = ([0, 1, 2, 3], [0, 1, 3, 2], [0, 0, 2, 3])  # WAR 100, 50, 75
    for i, (fold, pred) in enumerate(zip(laid_out, preds)):
        finish(fold.job, pred, first=10 * i)
    paths = write_cross_validation(laid_out, 'm', tmp_path / 'm')
    names = [p.name for p in paths]
    assert names == [f'{stem}.{suffix}' for stem in ('folds', 'row')
                     for suffix in ('md', 'tex', 'csv')] + [
        f'confusion_matrix{part}.{suffix}' for part in ('', '_groups')
        for suffix in ('csv', 'png')]
    rows = table(tmp_path / 'm' / 'folds.csv')
    assert [row['WAR'] for row in rows[:4]] == [
        '100.00', '50.00', '75.00', '75.00 ± 25.00']
    assert rows[4]['WAR'].startswith('75.00 [') and rows[4]['clips'] == '12'
    text = (tmp_path / 'm' / 'folds.md').read_text()
    assert ('Protocol: tested on folds 1, 2, 3, each by the model that never '
            'saw it, 12 clips, 8 frames (8 x 1) of 64 px') in text
    row, = table(tmp_path / 'm' / 'row.csv')
    assert float(row['WAR']) == 75
    # happy and sad 100, 100, 50 ...: means over the folds
    assert float(row['sad']) == pytest.approx(200 / 3)
    matrix = table(tmp_path / 'm' / 'confusion_matrix.csv')
    assert [int(matrix[1][name]) for name in DFEW_CLASSES[:2]] == [1, 2]
    assert (tmp_path / 'm' / 'fold2' / 'predictions.csv').is_file()


def test_missing_folds_are_said_and_old_results_removed(
        folds, tmp_path, monkeypatch):
    monkeypatch.setattr(  # drawing takes longest
        'aen_mmaction.analysis.cross_validation.write_confusion_matrix',
        lambda *args: None)
    laid_out = folds()
    finish(laid_out[1].job, TARGET)
    write_cross_validation(laid_out, 'm', tmp_path / 'm')
    text = (tmp_path / 'm' / 'folds.md').read_text()
    assert 'UNFINISHED: folds 1, 3 are missing' in text
    other = folds(**{'train_cfg.max_epochs': 5})
    assert write_cross_validation(other, 'm', tmp_path / 'm') == []
    assert not list((tmp_path / 'm').iterdir())

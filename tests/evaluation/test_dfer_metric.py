# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv
import json
import logging
from itertools import chain, zip_longest

import pytest
import torch
from mmaction.registry import METRICS
from mmengine.evaluator import Evaluator
from mmengine.logging import MMLogger
from mmengine.structures import BaseDataElement

from aen_mmaction.emotions import (DFEW_CLASSES, FERV39K_CLASSES,
                                   SENTIMENT_SURPRISE_NEUTRAL)
from aen_mmaction.evaluation import DFERMetric, bootstrap_ci, matrix_war

TARGET = [0, 0, 1, 1, 2, 2, 3, 4]
PRED = [0, 4, 1, 3, 2, 2, 3, 6]  # 5 of 8 right, 7 of 8 in the right group
GROUP_PRED = [0, 0, 2, 2, 1, 0, 2, 0]  # two are not the emotion's group


def _samples(groups=True, classes=7):
    samples = []
    for i, (label, pred, group) in enumerate(zip(TARGET, PRED, GROUP_PRED)):
        scores = torch.full((classes, ), .5 / (classes - 1))
        scores[pred] = .5
        sample = BaseDataElement(metainfo=dict(clip_id=f'{i:05d}'))
        sample.set_field(scores, 'pred_score')
        sample.set_field(torch.tensor([pred]), 'pred_label')
        sample.set_field(torch.tensor([label]), 'gt_label')
        if groups:
            sample.set_field(torch.eye(3)[group], 'pred_group_score')
        samples.append(sample.to_dict())
    return samples


def _metric(**kwargs):
    metric = DFERMetric(**kwargs)
    metric.dataset_meta = dict(classes=DFEW_CLASSES)
    return metric


def _evaluate(metric, samples, size=None):
    metric.process(None, samples[:5])  # two batches
    metric.process(None, samples[5:])
    return metric.evaluate(size or len(samples))


@pytest.fixture
def log(caplog):
    """Text of the records of MMEngine's current logger."""
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    caplog.set_level(logging.INFO)
    yield caplog
    logger.removeHandler(caplog.handler)


def test_rows_are_plain_numbers():
    """A tensor or array kept for each clip lets memory grow."""
    metric = _metric()
    metric.process(None, _samples())
    assert len(metric.results) == 8
    kinds = {type(v) for row in metric.results for v in row.values()}
    assert kinds == {str, int, list}
    assert {type(p) for row in metric.results
            for p in row['scores']} == {float}


def test_literal_numbers():
    assert _evaluate(_metric(), _samples()) == pytest.approx({
        'dfer/WAR': 100 * 5 / 8,
        'dfer/UAR': 100 * (.5 + .5 + 1 + 1 + 0) / 5,
        'dfer/WAR3': 100 * 7 / 8,
        'dfer/UAR3': 100 * (2 / 3 + 1 + 1) / 3,
        'dfer/cross_group_error': 100 * 1 / 8,
        'dfer/hierarchy_inconsistency': 100 * 2 / 8,
        'dfer/recall_happy': 50,
        'dfer/recall_sad': 50,
        'dfer/recall_neutral': 100,
        'dfer/recall_angry': 100,
        'dfer/recall_surprise': 0,
    })


def test_built_from_registry_in_an_evaluator():
    evaluator = Evaluator(METRICS.build(dict(type='DFERMetric', prefix='x')))
    evaluator.dataset_meta = dict(classes=DFEW_CLASSES)
    evaluator.process(_samples(groups=False))
    metrics = evaluator.evaluate(8)
    assert metrics['x/WAR'] == 62.5
    assert 'x/hierarchy_inconsistency' not in metrics


def test_class_order_is_the_data_sets():
    """The same labels read in alphabetical order: other names and groups."""
    metric = DFERMetric()
    metric.dataset_meta = dict(classes=FERV39K_CLASSES)
    metrics = _evaluate(metric, _samples())
    # label 3 is happy (right once), label 0 angry (one of two)
    assert metrics['dfer/recall_happy'] == 100
    assert metrics['dfer/recall_angry'] == 50
    named = _metric(classes=FERV39K_CLASSES)  # the argument comes first
    assert _evaluate(named, _samples()) == metrics


def test_groups_are_an_option():
    """With surprise neutral, happy taken for surprise crosses groups too."""
    metric = _metric(groups=SENTIMENT_SURPRISE_NEUTRAL)
    metrics = _evaluate(metric, _samples())
    assert metrics['dfer/cross_group_error'] == 100 * 2 / 8


@pytest.mark.parametrize('world', [2, 3])
def test_repeated_clips_are_dropped(world, monkeypatch):
    """A distributed sampler repeats the first clips to fill the last round.

    Rank r sees clips r, r + world, ...; rows are gathered in turn and cut to
    the size of the data set, as MMEngine's collect_results does.
    """
    samples = _samples()[:7]
    rounds = -(-len(samples) // world)
    padded = (samples + samples)[:rounds * world]
    assert len(padded) > len(samples)
    parts = []
    for rank in range(world):
        metric = _metric()
        metric.process(None, padded[rank::world])
        parts.append(metric.results)

    def gather(_, size, *args, **kwargs):
        rows = chain.from_iterable(zip_longest(*parts))
        return [row for row in rows if row is not None][:size]

    monkeypatch.setattr('mmengine.evaluator.metric.collect_results', gather)
    gathered = _metric()
    gathered.process(None, padded[::world])
    monkeypatch.undo()
    alone = _evaluate(_metric(), samples)
    monkeypatch.setattr('mmengine.evaluator.metric.collect_results', gather)
    assert gathered.evaluate(len(samples)) == alone


def test_next_evaluation_starts_afresh():
    metric = _metric()
    first = _evaluate(metric, _samples())
    assert _evaluate(metric, _samples()) == first


def test_files(tmp_path):
    out_dir = tmp_path / 'new' / 'results'
    metrics = _evaluate(_metric(out_dir=str(out_dir), bootstrap=50),
                        _samples())
    assert sorted(p.name for p in out_dir.iterdir()) == [
        'confusion_matrix.csv', 'confusion_matrix.png',
        'confusion_matrix_groups.csv', 'confusion_matrix_groups.png',
        'metrics.json', 'predictions.csv'
    ]
    with open(out_dir / 'predictions.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert [rows[1][k] for k in ('clip_id', 'label', 'pred', 'surprise')] == [
        '00001', 'happy', 'surprise', '0.500000']
    with open(out_dir / 'confusion_matrix_groups.csv', newline='') as file:
        # two happy and one surprise; the latter was taken for fear
        assert list(csv.reader(file))[1] == ['positive', '2', '0', '1']
    summary = json.loads((out_dir / 'metrics.json').read_text())
    assert summary['num_clips'] == 8
    assert summary['classes'] == list(DFEW_CLASSES)
    assert summary['groups']['neutral'] == ['neutral']
    assert {f'dfer/{k}': v for k, v in summary['metrics'].items()} == metrics
    assert summary['intervals']['WAR'] == list(
        bootstrap_ci(matrix_war, PRED, TARGET, 7, 50))
    assert sorted(summary['intervals']) == ['UAR', 'UAR3', 'WAR', 'WAR3']


def test_no_files_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _evaluate(_metric(), _samples())
    assert not list(tmp_path.iterdir())


def test_log(log):
    metric = _metric(bootstrap=20)
    _evaluate(metric, _samples())
    assert 'dfer: 8 clips\nclass' in log.text and '95 % interval' in log.text
    assert "no clip of ['disgust', 'fear'] among 8" in log.text
    log.clear()
    _evaluate(metric, _samples())
    assert 'no clip of' not in log.text  # said once


def test_bfloat16_scores():
    samples = _samples()
    for sample in samples:
        sample['pred_score'] = sample['pred_score'].bfloat16()
    assert _evaluate(_metric(), samples)['dfer/WAR'] == 62.5


@pytest.mark.parametrize('change, text', [
    (dict(pred_score=torch.zeros(8)), r"'00000': expected \(7,\) scores"),
    (dict(gt_label=torch.tensor([0, 1])), r'one label in gt_label.*\[0, 1\]'),
])
def test_bad_sample(change, text):
    with pytest.raises(ValueError, match=text):
        _metric().process(None, [{**_samples()[0], **change}])


def test_bad_set_up(tmp_path):
    with pytest.raises(ValueError, match="no 'classes' in its metainfo"):
        DFERMetric().process(None, _samples())
    with pytest.raises(ValueError, match=r"for \['bored'\]: give groups"):
        _metric(classes=DFEW_CLASSES + ('bored', )).process(None, _samples())
    anonymous = _samples()
    del anonymous[0]['clip_id']
    with pytest.raises(ValueError, match="needs 'clip_id'"):
        _metric(out_dir=str(tmp_path)).process(None, anonymous)
    assert _metric().process(None, anonymous) is None  # no file, no id needed

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json

import numpy as np
import pytest

from aen_mmaction.evaluation import calculate
from aen_mmaction.evaluation.runs import read_run, read_test

from .conftest import CLASSES

TARGET, PRED = [0, 0, 1, 6], [0, 1, 1, 5]


def test_one_test_as_written(write_run):
    folder = write_run('aen/test', TARGET, PRED)
    run = read_run(folder.parent)
    assert run.name == 'aen' and run.num_clips == 4
    test, = run.folds
    assert test.clip_ids == ('00000', '00001', '00002', '00003')
    assert (test.target.tolist(), test.pred.tolist()) == (TARGET, PRED)
    np.testing.assert_allclose(test.scores.sum(1), 1, atol=1e-5)
    assert test.scores.argmax(1).tolist() == PRED
    assert run.metrics() == calculate(PRED, TARGET, test.hierarchy)
    assert run.metrics() == json.loads(
        (folder / 'metrics.json').read_text())['metrics']
    assert run.deviation('WAR') is None and run.pooled() is test
    assert read_run(folder).name == 'aen'


def test_folds_are_averaged_and_pooled(write_run):
    """3 of 4 right and 1 of 2: mean 62.5, pooled 4/6, deviation 17.68."""
    root = write_run('cv/fold1/test', [0, 0, 1, 2], [0, 0, 1, 1]).parents[1]
    write_run('cv/fold2/test', [0, 1], [0, 0], ids=['x', 'y'])
    run = read_run(root, 'AEN')
    assert (run.name, len(run.folds), run.num_clips) == ('AEN', 2, 6)
    assert run.metrics()['WAR'] == pytest.approx(62.5)
    assert run.metrics()['recall_neutral'] == 0  # fold 2 has no such clip
    assert run.deviation('WAR') == pytest.approx(25 / 2**.5)
    assert run.pooled().metrics()['WAR'] == pytest.approx(400 / 6)
    assert run.pooled().clip_ids[-1] == 'y'


def test_tests_that_share_clips_are_no_folds(write_run):
    root = write_run('a/test1', TARGET, PRED).parent
    write_run('a/test2', TARGET, PRED)
    with pytest.raises(ValueError, match="both hold clip '00000': not folds"):
        read_run(root)


def test_another_class_order_is_mapped_by_name(write_run):
    other = CLASSES[::-1]
    ours = read_test(write_run('a', TARGET, PRED))
    theirs = read_test(
        write_run('b', [6 - i for i in TARGET], [6 - i for i in PRED],
                  classes=other))
    assert theirs.hierarchy.classes == other
    mapped = theirs.in_order_of(ours)
    assert mapped.target.tolist() == TARGET and mapped.pred.tolist() == PRED
    np.testing.assert_allclose(mapped.scores, ours.scores, atol=1e-6)
    assert mapped.metrics() == ours.metrics()


def test_faults_are_named(write_run, tmp_path):
    with pytest.raises(FileNotFoundError, match=r'tools/test.py CONFIG'):
        read_run(tmp_path / 'nothing')
    folder = write_run('a', TARGET, PRED)
    path = folder / 'predictions.csv'
    good = path.read_text().splitlines()
    for line, text, match in (
            (0, 'clip_id,label', ':1: expected the columns'),
            (2, good[2].replace('happy,', 'joy,', 1), ':3: .*joy'),
            (2, good[2].replace('0.', 'nought', 1), ':3: .*nought'),
            (2, good[2] + ',0.1', ':3: .*8 probabilities'),
            (2, good[2].replace('0.500000', 'nan'), ':3: .*NaN'),
            (2, good[2].replace(',0', ',"0', 1), 'expected a table'),
            (4, '', 'num_clips of its rows is 3, metrics.json says 4'),
            (2, good[2].replace('sad', 'happy', 1), 'WAR of its rows is 75'),
            (2, good[1], '00000 more than once')):
        path.write_text('\n'.join([*good[:line], text, *good[line + 1:]]))
        with pytest.raises(ValueError, match=match):
            read_test(folder)
    path.write_text(good[0] + '\n')
    with pytest.raises(ValueError, match='no clip'):
        read_test(folder)
    (folder / 'metrics.json').write_text('{"classes": ')
    with pytest.raises(ValueError, match='metrics.json: expected what'):
        read_test(folder)

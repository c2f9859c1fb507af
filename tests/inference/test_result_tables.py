# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv
import json

import numpy as np
import pytest

from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.inference.result_tables import (columns, rows, write_csv,
                                                  write_parquet)
from aen_mmaction.inference.results import (FaceTimeline, VideoResult,
                                            label_runs, summarize)
from aen_mmaction.inference.sliding import Window

NAN = float('nan')


@pytest.fixture
def result():
    """Five frames: face in 1 to 4, not in 3, interpolated in 2."""
    hierarchy = EmotionHierarchy(('happy', 'sad'))
    probs = np.float32([[.75, .25], [.5, .5], [NAN, NAN], [.25, .75]])
    boxes = np.float32([[1, 2, 3, 4]] * 4)
    boxes[2] = NAN
    face = FaceTimeline(
        7, np.arange(1, 5), np.arange(1, 5) / 10, boxes,
        np.float32([.9, NAN, NAN, .8]), np.array([True, False, False, True]),
        probs, probs, windows=[Window(0, 2, None, 1., {}),
                             Window(2, 4, None, .2, None)])
    return VideoResult('v.mp4', hierarchy.classes, hierarchy,
                       np.arange(5) / 10, (48, 64), [face])


def test_rows(result):
    names = list(columns(result))
    assert names == ['video', 'face', 'frame', 'time', 'left', 'top', 'right',
                     'bottom', 'confidence', 'success', 'happy', 'sad',
                     'group_positive', 'group_negative', 'label']
    first, found, between, gap, last = (
        dict(zip(names, row)) for row in rows(result))
    assert (first['frame'], first['face'], first['success']) == (1, None, 0)
    assert first['left'] is None and first['label'] is None
    assert found == dict(
        video='v.mp4', face=7, frame=2, time=.1, left=1, top=2, right=3,
        bottom=4, confidence=.9, success=1, happy=.75, sad=.25,
        group_positive=.75, group_negative=.25, label='happy')
    assert between['success'] == 0 and between['confidence'] is None
    assert between['left'] == 1 and between['happy'] == .5
    assert gap['face'] == 7 and gap['success'] == 0
    assert gap['left'] is gap['happy'] is gap['label'] is None
    assert last['label'] == 'sad'


def test_csv_has_empty_cells(result, tmp_path):
    write_csv(result, tmp_path / 'a.csv')
    with open(tmp_path / 'a.csv', newline='') as file:
        table = list(csv.DictReader(file))
    assert [row['face'] for row in table] == ['', '7', '7', '7', '7']
    assert table[3]['happy'] == '' and table[4]['happy'] == '0.25'


def test_parquet(result, tmp_path):
    parquet = pytest.importorskip('pyarrow.parquet')
    write_parquet(result, tmp_path / 'a.parquet')
    table = parquet.read_table(tmp_path / 'a.parquet')
    names = list(columns(result))
    assert table.column_names == names
    assert [list(row.values()) for row in table.to_pylist()] == list(
        rows(result))


def test_stretches_of_one_label(result):
    assert label_runs(result.faces[0], result.classes) == [
        dict(label='happy', start=.1, end=.2, frames=[2, 3],
             probability=.625),
        dict(label='sad', start=.4, end=.4, frames=[5, 5], probability=.75)]


def test_summary(result):
    summary = json.loads(json.dumps(summarize(result), allow_nan=False))
    assert summary['frame_rate'] == 10 and summary['frames'] == 5
    face, = summary['faces']
    assert (face['detected'], face['interpolated'], face['without_face']) == (
        2, 1, 1)
    assert face['label'] == 'happy'  # .5 and .5: the first
    assert face['mean_probabilities'] == dict(happy=.5, sad=.5)
    assert len(face['stretches']) == 2


def test_face_without_an_answer(result):
    result.faces[0].probs[:] = NAN
    summary = json.loads(json.dumps(summarize(result), allow_nan=False))
    assert summary['faces'][0]['label'] is None
    assert summary['faces'][0]['stretches'] == []


def test_no_face(result, tmp_path):
    result.faces.clear()
    assert summarize(result)['faces'] == []
    assert [row[2] for row in rows(result)] == [1, 2, 3, 4, 5]
    assert all(row[9] == 0 for row in rows(result))

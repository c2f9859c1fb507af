# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv

import numpy as np

from aen_mmaction.evaluation.reporting import (format_table,
                                               write_confusion_matrix,
                                               write_predictions)


def _read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.reader(file))


def test_table_is_aligned():
    text = format_table(dict(WAR=62.5, recall_happy=100., recall_sad=8.25),
                        dict(WAR=(50, 75.125)), dict(happy=12, sad=3, fear=0))
    assert text == '\n'.join([
        'class  clips  recall %',
        'happy     12    100.00',
        'sad        3      8.25',
        'fear       0         -',
        '',
        'metric  value %   95 % interval',
        'WAR       62.50  50.00 to 75.12',
    ])


def test_table_without_intervals():
    text = format_table(dict(WAR=62.5, UAR=5.), {}, dict(happy=1))
    assert text.split('\n')[-3:] == [
        'metric  value %', 'WAR       62.50', 'UAR        5.00'
    ]


def test_confusion_matrix_files(tmp_path):
    matrix = np.array([[3, 1], [0, 2]])
    write_confusion_matrix(tmp_path / 'm', matrix, ['happy', 'sad'], 'T')
    assert _read(tmp_path / 'm.csv') == [
        ['true\\predicted', 'happy', 'sad'],
        ['happy', '3', '1'],
        ['sad', '0', '2'],
    ]
    assert (tmp_path / 'm.png').read_bytes().startswith(b'\x89PNG')


def test_predictions_file(tmp_path):
    rows = [
        dict(clip_id='00012', label=0, pred=1, scores=np.array([.25, .75])),
        dict(clip_id='a,b', label=1, pred=1, scores=np.array([0, 1.])),
    ]
    write_predictions(tmp_path / 'p.csv', rows, ['happy', 'sad'])
    assert _read(tmp_path / 'p.csv') == [
        ['clip_id', 'label', 'pred', 'happy', 'sad'],
        ['00012', 'happy', 'sad', '0.250000', '0.750000'],
        ['a,b', 'sad', 'sad', '0.000000', '1.000000'],
    ]

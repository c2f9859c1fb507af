# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from mmengine.dataset import pseudo_collate

from aen_mmaction.datasets import DFEWDataset
from aen_mmaction.datasets.votes import (check_votes, read_dfew_votes,
                                         votes_in_order)

openpyxl = pytest.importorskip('openpyxl')
HEADER = ('1happy', '2sad', '3neutral', '4angry', '5surprise', '6disgust',
          '7fear', 'order', 'label')
ROWS = ((10, 0, 0, 0, 0, 0, 0, 1, 1), (1, 6, 2, 0, 0, 1, 0, 2, 2),
        (0, 0, 1, 1, 0, 0, 8, 3, 7), (5, 5, 0, 0, 0, 0, 0, 4, 0))


@pytest.fixture
def write(tmp_path):

    def write_xlsx(rows=ROWS, header=HEADER):
        book = openpyxl.Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(tmp_path / 'annotation.xlsx')
        return str(tmp_path / 'annotation.xlsx')

    return write_xlsx


def test_literal(write):
    votes = read_dfew_votes(write())
    assert list(votes) == ['1', '2', '3', '4']
    np.testing.assert_allclose(votes['2'], [.1, .6, .2, 0, 0, .1, 0])
    assert votes['1'].dtype == np.float32


def test_columns_are_found_by_name_and_ids_are_text(write):
    header = ('clip_name', 'Fear', 'Happiness', 'Sadness', 'Neutral', 'Anger',
              'Surprise', 'Disgust', 'annotation')
    path = write([('00012.mp4', 1, 2, 3, 4, 5, 6, 4, 0), [None] * 9], header)
    votes = read_dfew_votes(path)
    np.testing.assert_allclose(votes['12'] * 25, [2, 3, 4, 5, 6, 4, 1])


@pytest.mark.parametrize('rows, header, text', [
    (ROWS, HEADER[1:], 'row 1: expected columns named happy, sad'),
    (ROWS, HEADER[:7] + ('x', 'label'), 'row 1: .*clip_name, video_name'),
    (ROWS + ROWS[1:2], HEADER, "row 6: expected each clip once, found '2'"),
    ([(0, ) * 7 + (5, 0)], HEADER, 'row 2: .*not all zero, found'),
    ([('a', ) + (1, ) * 6 + (5, 0)], HEADER, "row 2: .*found .'a'"),
    ([(None, ) + (1, ) * 6 + (5, 0)], HEADER, 'row 2: .*found .None'),
    ([(-1, ) + (1, ) * 6 + (5, 0)], HEADER, 'row 2: .*found .-1'),
])
def test_damaged_files(write, rows, header, text):
    with pytest.raises(ValueError, match=text):
        read_dfew_votes(write(rows, header))


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match='soft_labels=None'):
        read_dfew_votes(str(tmp_path / 'none.xlsx'))


def test_order_of_the_classes():
    votes = np.arange(7, dtype=np.float32)[None]
    classes = ('angry', 'disgust', 'fear', 'happy', 'neutral', 'sad',
               'surprise')
    assert votes_in_order(votes, classes).tolist() == [[3, 5, 6, 0, 2, 1, 4]]


def test_labels_against_votes(monkeypatch):
    log_lines = []
    monkeypatch.setattr('aen_mmaction.datasets.votes.print_log',
                        lambda message, **kwargs: log_lines.append(message))
    clips = [dict(clip_id=str(i), label=0) for i in range(40)]
    votes = np.tile(np.float32([.5, .5, 0]), (40, 1))
    check_votes(clips, votes, 'a.xlsx')
    assert not log_lines  # a tie is no other emotion
    votes[7] = [.2, .8, 0]
    check_votes(clips, votes, 'a.xlsx')
    assert '1 of 40 clips' in log_lines[0] and ': 7.' in log_lines[0]
    with pytest.raises(ValueError, match='40 of 40 .*another data set'):
        check_votes([dict(clip, label=2) for clip in clips], votes, 'a.xlsx')


def test_data_set_gives_soft_labels(write, tmp_path, make_dfew,
                                    clip_pipelines):
    keywords = make_dfew(tmp_path)  # ids 1, 2, 3 of labels 1, 2, 7
    write()
    pipeline = clip_pipelines['train']
    options = dict(soft_labels='annotation.xlsx', **keywords)
    with pytest.raises(ValueError, match=r"algorithm_keys=\('soft_label'"):
        DFEWDataset(pipeline=pipeline, **options)
    pipeline[-1]['algorithm_keys'] = ('soft_label', )
    dataset = DFEWDataset(pipeline=pipeline, **options)
    batch = pseudo_collate([dataset[i] for i in range(3)])
    found = np.stack([s.soft_label for s in batch['data_samples']])
    np.testing.assert_allclose(found[1], [.1, .6, .2, 0, 0, .1, 0])
    assert found.argmax(1).tolist() == [0, 1, 6]
    write(ROWS[1:])
    with pytest.raises(ValueError, match='none for 1 of 3: 00001'):
        DFEWDataset(pipeline=pipeline, **options)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from collections import Counter

import pytest

from aen_mmaction.datasets.annotations import (ClipRecord, clip_id_of,
                                               read_dfew_csv, read_rafdb_list)
from aen_mmaction.datasets.known_splits import (DFEW_SPLIT_COUNTS,
                                                match_dfew_split)
from aen_mmaction.emotions import DFEW_CLASSES


@pytest.fixture
def write(tmp_path):

    def _write(text, name='set_1.csv'):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write


def csv_with_counts(counts, base):
    """A list with these class counts, in DFEW order."""
    rows, clip = [], 0
    for label, count in enumerate(counts):
        for _ in range(count):
            clip += 1
            rows.append(f'{clip},{label + base}\n')
    return 'video_name,label\n' + ''.join(rows)


def test_dfew_literal(write):
    path = write('video_name,label\n1,2\n00002,7\n')
    assert read_dfew_csv(path) == [
        ClipRecord('1', 'sad', None, 2),  # 2 - 1 -> sad
        ClipRecord('00002', 'fear', None, 3)
    ]


def test_dfew_zero_based_when_declared(write):
    path = write('video_name,label\n1,0\n2,6\n')
    labels = [record.label for record in read_dfew_csv(path, label_base=0)]
    assert labels == ['happy', 'fear']


def test_dfew_bom_crlf_and_blank_end(write):
    path = write(b'\xef\xbb\xbfvideo_name,label\r\n1,2\r\n2,3\r\n\r\n\n')
    assert [r.label for r in read_dfew_csv(path)] == ['sad', 'neutral']
    assert [r.line for r in read_dfew_csv(path)] == [2, 3]


@pytest.mark.parametrize('text, message', [
    ('1,2\n2,3\n', r'set_1.csv:1: expected the header .*found .1,2.*top'),
    ('', r'set_1.csv:1: expected the header'),
    ('video_name,label\n', 'at least one clip'),
    ('video_name,label\n1,1\n2,8\n', r':3: expected a label 1\.\.7.*found .8'),
    ('video_name,label\n1,0\n2,7\n', r':2: expected a label 1\.\.7.*found .0'),
    ('video_name,label\n1,-1\n', r':2: expected a label 1\.\.7.*-1'),
    ('video_name,label\n1,happy\n', r':2: expected an integer label.*happy'),
    ('video_name,label\n1,1.0\n', r':2: expected an integer label'),
    ('video_name,label\n1\n', r':2: expected two fields.*found .1'),
    ('video_name,label\n1,2,3\n', r':2: expected two fields'),
    ('video_name,label\n1,2\n\n2,2\n', r':3: expected two fields'),
    ('video_name,label\n1,2\n00001,2\n', r':3: .*line 2 too.*00001'),
    ('video_name,label\n../1,2\n', r':2: .*without .\.\.'),
    ('video_name,label\n,2\n', r':2: expected a clip id'),
    (b'video_name,label\n\xff\xfe,2\n', 'expected UTF-8'),
])
def test_dfew_bad_lists(write, text, message):
    with pytest.raises(ValueError, match=message):
        read_dfew_csv(write(text))


def test_missing_list(tmp_path):
    with pytest.raises(FileNotFoundError, match='set_9.csv.*--data-root'):
        read_dfew_csv(tmp_path / 'set_9.csv')
    with pytest.raises(ValueError, match='label_base: expected 0 or 1'):
        read_dfew_csv(tmp_path / 'set_9.csv', label_base=2)


def test_zero_based_of_unknown_counts_is_refused(write):
    text = 'video_name,label\n' + ''.join(f'{i},{i}\n' for i in range(7))
    with pytest.raises(ValueError, match=r':2: .*1\.\.7.*label_base=0'):
        read_dfew_csv(write(text))
    one_less = list(DFEW_SPLIT_COUNTS['test', 1])
    one_less[3] -= 1
    with pytest.raises(ValueError, match='label_base=0'):
        read_dfew_csv(write(csv_with_counts(one_less, base=0)))


def test_zero_based_of_a_known_split_is_read_and_logged(write, log_lines):
    counts = DFEW_SPLIT_COUNTS['test', 5]
    records = read_dfew_csv(write(csv_with_counts(counts, base=0)))
    found = Counter(record.label for record in records)
    assert tuple(found[name] for name in DFEW_CLASSES) == counts
    assert len(log_lines) == 1 and 'test fold 5' in log_lines[0]


def test_one_based_of_a_known_split_needs_no_word(write, log_lines):
    counts = DFEW_SPLIT_COUNTS['test', 5]
    records = read_dfew_csv(write(csv_with_counts(counts, base=1)))
    found = Counter(record.label for record in records)
    assert tuple(found[name] for name in DFEW_CLASSES) == counts
    assert not log_lines


def test_known_splits_add_up():
    """Each fold holds all 11,697 clips; class totals are the same."""
    for fold in range(1, 6):
        both = zip(DFEW_SPLIT_COUNTS['train', fold],
                   DFEW_SPLIT_COUNTS['test', fold])
        assert [a + b
                for a, b in both] == [2445, 1894, 2669, 2173, 1469, 145, 902]
    sizes = [sum(DFEW_SPLIT_COUNTS['test', fold]) for fold in range(1, 6)]
    assert sizes == [2341, 2341, 2340, 2339, 2336]
    assert match_dfew_split((1, ) * 7) is None


@pytest.mark.parametrize('text', [
    '00001', ' 00001 ', '/home/u/DFEW_Face/00001', 'Clip/00001/',
    r'D:\dataset\DFEW\CLIPS\All/00001', r'\\server\DFEW\00001'
])
def test_paths_are_reduced_to_the_id(text):
    assert clip_id_of(text, 'list:1') == '00001'


@pytest.mark.parametrize('text', ['..', '../00001', r'a\..\1', '', '/', '.'])
def test_unsafe_ids_are_refused(text):
    with pytest.raises(ValueError, match='list:1: expected a clip id'):
        clip_id_of(text, 'list:1')


def test_rafdb_literal(write):
    path = write(b'train_00001.jpg 5\r\ntest_0001_aligned.jpg 1\r\n')
    assert read_rafdb_list(path) == [
        ClipRecord('train_00001', 'sad', 1, 1),  # RAF-DB 5 is sadness
        ClipRecord('test_0001', 'surprise', 1, 2)
    ]


@pytest.mark.parametrize('text, message', [
    ('train_00001.jpg 8\n', r':1: expected a label 1\.\.7'),
    ('train_00001.jpg 0\n', r':1: expected a label 1\.\.7'),
    ('train_00001.jpg\n', ':1: expected an image and a label'),
    ('val_00001.jpg 1\n', ':1: expected an image and a label'),
    ('train_00001.jpg 1\ntrain_00001_aligned.jpg 1\n', ':2: .*line 1 too'),
])
def test_rafdb_bad_lists(write, text, message):
    with pytest.raises(ValueError, match=message):
        read_rafdb_list(write(text))


@pytest.mark.parametrize('fold', range(1, 6))
def test_official_dfew_lists(shared, fold, log_lines):
    root = shared('annotations/DFEW/EmoLabel_DataSplit')
    ids = set()
    for part in ('train', 'test'):
        records = read_dfew_csv(
            root / f'{part}(single-labeled)' / f'set_{fold}.csv')
        found = Counter(record.label for record in records)
        assert tuple(found[name] for name in DFEW_CLASSES) == (
            DFEW_SPLIT_COUNTS[part, fold])
        ids.update(record.clip_id.zfill(5) for record in records)
    assert len(ids) == 11697  # so that train and test are disjoint, too
    assert not log_lines


def test_zero_based_trap_in_the_wild(shared, log_lines):
    theirs = read_dfew_csv(
        shared('annotations/community/s2d_DFEW_test_set_1.csv'))
    official = read_dfew_csv(
        shared('annotations/DFEW/EmoLabel_DataSplit') /
        'test(single-labeled)' / 'set_1.csv')
    assert {r.clip_id: r.label
            for r in theirs
            } == {r.clip_id.zfill(5): r.label
                  for r in official}
    assert len(log_lines) == 1 and '0-based' in log_lines[0]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import load_annotations
from aen_mmaction.emotions import CLASS_ORDERS


@pytest.fixture
def tree(tmp_path):
    """Function that writes empty files and folders; gives the root."""

    def write(*paths):
        for path in paths:
            file = tmp_path / path
            if file.suffix:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch()
            else:
                file.mkdir(parents=True)
        return tmp_path

    return write


SEVEN = ('Anger', 'Disgust', 'Fear', 'Happy', 'Neutral', 'Sad', 'Surprise')


@pytest.mark.parametrize('clip, num_frames', [
    ('0001.avi', None), ('0001', None), ('0001.png', 1)])
def test_class_folders(tree, clip, num_frames):
    root = tree(*(f'{name}/{clip}' for name in SEVEN), 'Sad/0010' + clip[4:],
                'Sad/0002' + clip[4:], 'readme.txt', 'Sad/.hidden.avi')
    records = load_annotations(root, 'caer')
    assert [r.clip_id for r in records[-4:]] == [
        'Sad/0001', 'Sad/0002', 'Sad/0010', 'Surprise/0001']
    assert [r.label for r in records[:2]] == ['angry', 'disgust']
    assert {r.num_frames for r in records} == {num_frames}
    assert [r.line for r in records] == list(range(1, 10))


def test_classes_of_ones_own(tree):
    root = tree('bored/a.mp4', 'Happy/b.mp4')
    records = load_annotations(root, class_order=('happy', 'bored'))
    assert [r.label for r in records] == ['happy', 'bored']
    with pytest.raises(ValueError, match=r"expected one folder .*\['Happy'"):
        load_annotations(root)
    with pytest.raises(ValueError, match='expected one folder'):
        load_annotations(root, class_order=('happy', 'bored', 'sad'))


def test_numbered_class_folders_of_rafdb(tree):
    """``train/{1..7}``: the numbers are those of RAF-DB's list."""
    root = tree(*(f'{k}/train_{k:05}_aligned.jpg' for k in range(1, 8)))
    records = load_annotations(root, 'raf-db')
    assert [r.label for r in records] == list(CLASS_ORDERS['raf-db'])
    assert records[6].clip_id == '7/train_00007'
    with pytest.raises(ValueError, match='cannot be told for sure'):
        load_annotations(root)


def test_names_of_files(tree):
    root = tree('Actor_01/01-01-06-01-02-01-01.mp4',
                'Actor_01/02-01-06-01-02-01-01.mp4',
                'Actor_02/01-01-01-01-02-01-02.mp4', 'Actor_02/notes.txt',
                'faces/Actor_02/01-01-01-01-02-01-02')
    records = load_annotations(root)
    assert [r.label for r in records] == ['fear', 'fear', 'neutral']
    assert records == load_annotations(root, 'ravdess')
    tree('Actor_02/mine.mp4')
    with pytest.raises(ValueError, match=r'3 of them and 1 others .*mine.mp4'):
        load_annotations(root)


def test_cremad(tree):
    root = tree('1001_DFA_ANG_XX.flv', '1002_IEO_HAP_HI.flv',
                '1040_ITH_SAD_X.flv', 'processed.csv')
    assert [r.label for r in load_annotations(root)] == [
        'angry', 'happy', 'sad']


@pytest.mark.parametrize('paths, message', [
    ([f'{name}/1' for name in SEVEN[1:]], 'one folder for each'),
    ([f'{name}/1' for name in SEVEN + ('Bored', )], 'one folder for each'),
    ([f'{name}/notes.txt' for name in SEVEN], 'expected clip folders, videos'),
    ([f'{name}/1' for name in SEVEN] + ['Sad/2.avi'],
     'Sad: expected clips of one kind, found folder and video'),
    ([f'{name}/1' for name in SEVEN] + ['Sad/01', 'Sad/1.d/x.txt'],
     None),
    (['train/Sad/1', 'val/Sad/1'], 'one folder for each'),
])
def test_bad_trees(tree, paths, message):
    root = tree(*paths)
    if message is None:
        assert len(load_annotations(root, 'afew')) == 9
        return
    with pytest.raises(ValueError, match=message):
        load_annotations(root, 'afew')

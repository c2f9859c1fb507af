# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import AFEWDataset
from aen_mmaction.emotions import DFEW_CLASSES

FOLDERS = ('Anger', 'Disgust', 'Fear', 'Happiness', 'Neutral', 'Sadness',
           'Surprise')


@pytest.fixture
def make(tmp_path, write_clip):
    """Write an AFEW tree, one clip in each folder; gives its root."""

    def write(folders=FOLDERS, split='train', frames=17):
        for i, folder in enumerate(folders):
            write_clip(
                tmp_path / 'AFEW_Face' / split / folder / f'{i:09}',
                [f'{k}.png' for k in range(frames)])
        return dict(data_root=str(tmp_path), split=split, pipeline=[])

    return write


@pytest.mark.parametrize('folders', [
    FOLDERS,
    ('Angry', 'Disgust', 'Fear', 'Happy', 'Neutral', 'Sad', 'Surprise'),
])
def test_labels_are_the_folders(make, folders):
    data = AFEWDataset(**make(folders))
    rows = [data.get_data_info(i) for i in range(7)]
    assert [DFEW_CLASSES[r['label']] for r in rows] == [
        'angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise']
    assert rows[3]['clip_id'] == f'{folders[3]}/000000003'
    assert rows[3]['frames'][9:11] == ['9.png', '10.png']  # by number


def test_splits(make):
    make(split='val')
    assert len(AFEWDataset(**make(), test_mode=True)) == 7
    with pytest.raises(ValueError, match='split'):
        AFEWDataset(split='test', pipeline=[])


def test_empty_clip_is_an_error(make):
    make(split='val')
    with pytest.raises(ValueError, match=r'7 clip\(s\) with an empty folder'):
        AFEWDataset(**make(frames=0))


def test_folders_must_be_the_emotions(make):
    with pytest.raises(ValueError, match=r"one folder for each of .*\['Anger"):
        AFEWDataset(**make(FOLDERS[:6]))


def test_no_tree(tmp_path):
    with pytest.raises(FileNotFoundError, match='AFEW_Face/train/Angry'):
        AFEWDataset(pipeline=[], data_root=str(tmp_path))

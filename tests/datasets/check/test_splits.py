# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets.check import find_splits
from aen_mmaction.datasets.check.splits import DATASETS


def test_lists_that_are_there(dfew):
    splits = find_splits(str(dfew))
    assert [split.name for split in splits] == [
        'train fold 1', 'test fold 1', 'train fold 2', 'test fold 2']
    assert {split.dataset.SOURCE for split in splits} == {'dfew'}
    assert splits[0].path.endswith('train(single-labeled)/set_1.csv')


def test_trees_and_videos(tmp_path):
    for name in ('CAER/train/Anger', 'CAER/test/Anger'):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / '0001.avi').write_bytes(b'')
    splits = find_splits(str(tmp_path))
    assert [split.name for split in splits] == ['train', 'test']
    assert {split.dataset.media for split in splits} == {'video'}


def test_two_data_sets_need_a_choice(dfew, make_rafdb):
    make_rafdb(dfew)
    with pytest.raises(ValueError, match="'dfew', 'raf-db'.*--dataset"):
        find_splits(str(dfew))
    splits = find_splits(str(dfew), 'raf-db')
    assert [split.part for split in splits] == ['train', 'test']


@pytest.mark.parametrize('source', [None, *DATASETS])
def test_nothing_there(tmp_path, source):
    with pytest.raises(FileNotFoundError, match='--train and --test'):
        find_splits(str(tmp_path), source)

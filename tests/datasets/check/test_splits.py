# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets.check import check_dataset, find_splits
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


@pytest.mark.parametrize('name, media', [
    (name, media)
    for name in ('afew', 'caer', 'crema-d', 'dfew', 'mafw', 'ravdess')
    for media in ('frames', 'video')] + [('ferv39k', 'frames')])
def test_each_layout_is_recognised(tmp_path, make_layout, name, media):
    truth = make_layout(name, tmp_path, media)
    splits = find_splits(str(tmp_path))
    assert {(s.dataset.SOURCE, s.dataset.media) for s in splits} == {
        (name, media)}
    result = check_dataset(splits, jobs=1)
    # the stand-in's clips are copies of one
    found = {f.kind for f in result.findings if f.fault}
    assert found <= {'identical_clips'}, found
    assert len(result.media) == sum(map(len, truth))


def test_scenes_of_ferv39k(tmp_path, make_layout):
    make_layout('ferv39k', tmp_path, 'frames')
    lists = tmp_path / '4_setups'
    (lists / '22_scenes').mkdir()
    for part in ('train', 'test'):  # its one scene has the same clips
        (lists / f'22_scenes/{part}_War.csv').write_bytes(
            (lists / f'All_scenes/{part}_All.csv').read_bytes())
    assert [s.name for s in find_splits(str(tmp_path))] == [
        'train', 'test', 'train War', 'test War']


def test_compounds_of_mafw_by_name(tmp_path, make_layout):
    make_layout('mafw', tmp_path, 'frames')
    folder = tmp_path / 'split/compound/no_caption/set_1'
    folder.mkdir(parents=True)
    (folder / 'train.txt').write_text('00001.mp4 anger_disgust\n')
    assert len(find_splits(str(tmp_path))) == 2
    splits = find_splits(str(tmp_path), 'mafw-compound')
    assert [s.name for s in splits] == ['train fold 1 compound']
    result = check_dataset(splits, jobs=1)
    assert result.clean and len(result.media) == 1


def test_stills_in_folders_of_numbers(tmp_path, one_clip):
    for k in range(1, 8):
        folder = tmp_path / f'DATASET/train/{k}'
        folder.mkdir(parents=True)
        image = one_clip / '00001.jpg'
        (folder / f'train_{k:05}_aligned.jpg').write_bytes(image.read_bytes())
    splits = find_splits(str(tmp_path))
    result = check_dataset(splits, jobs=1)
    assert len(result.media) == 7
    assert {f.kind for f in result.findings if f.fault} == {'identical_clips'}


def test_clips_elsewhere(dfew):
    (dfew / 'Clip/clip_224x224').rename(dfew / 'mine')
    splits = find_splits(str(dfew), clips='mine')
    assert check_dataset(splits, jobs=1).clean
    splits = find_splits(str(dfew))
    faults = [f for f in check_dataset(splits, jobs=1).findings if f.fault]
    assert {f.kind for f in faults} == {'missing_clip'}


@pytest.mark.parametrize('source', [None, *DATASETS])
def test_nothing_there(tmp_path, source):
    with pytest.raises(FileNotFoundError, match='--train and --test'):
        find_splits(str(tmp_path), source)

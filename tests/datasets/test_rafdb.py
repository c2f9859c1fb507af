# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmengine.registry import DATASETS, init_default_scope
from mmpretrain.structures import DataSample

from aen_mmaction.datasets import BadFrameError, RAFDBDataset
from aen_mmaction.emotions import DFEW_CLASSES

PIPELINE = [
    dict(type='mmaction.LoadFrames'),
    dict(
        type='mmaction.GroupRandomSizedCrop', size=16, area_range=(0.5, 1.0)),
    dict(type='mmaction.GroupFlip'),
    dict(type='mmaction.PackStill')
]


@pytest.fixture(autouse=True)
def scope():
    init_default_scope('mmpretrain')


@pytest.mark.parametrize('suffix', ['_aligned', ''])
def test_sample(tmp_path, make_rafdb, suffix):
    kwargs = make_rafdb(tmp_path, suffix=suffix)
    dataset = DATASETS.build(
        dict(type='mmaction.RAFDBDataset', pipeline=PIPELINE, **kwargs))
    assert len(dataset) == 2
    sample = dataset[0]
    assert sample['inputs'].shape == (3, 16, 16)
    assert sample['inputs'].dtype == torch.uint8
    assert isinstance(sample['data_samples'], DataSample)
    # RAF-DB 5 is sadness, DFEW's 1; RAF-DB 4 is happiness, DFEW's 0
    assert sample['data_samples'].gt_label.tolist() == [1]
    assert dataset.get_cat_ids(1) == [0]
    assert sample['data_samples'].clip_id == 'train_00001'
    assert sample['data_samples'].img_path.endswith(f'00001{suffix}.jpg')
    assert dataset.metainfo['classes'] == DFEW_CLASSES


def test_folders_of_numbers(tmp_path, make_rafdb):
    rows = [(f'train_{i:05}', i) for i in range(1, 8)]
    make_rafdb(tmp_path, rows)
    for name, label in rows:
        folder = tmp_path / f'DATASET/train/{label}'
        folder.mkdir(parents=True)
        image = f'{name}_aligned.jpg'
        (tmp_path / 'basic/Image/aligned' / image).rename(folder / image)
    dataset = RAFDBDataset(
        PIPELINE, ann_file='', data_root=str(tmp_path),
        data_prefix=dict(img='DATASET/train'))
    assert [dataset.get_cat_ids(i)[0]
            for i in range(7)] == [4, 6, 5, 0, 1, 3, 2]
    assert dataset[2]['inputs'].shape == (3, 16, 16)


def test_every_label_by_name(tmp_path, make_rafdb):
    rows = [(f'train_{i:05}', i) for i in range(1, 8)]
    dataset = RAFDBDataset(PIPELINE, **make_rafdb(tmp_path, rows))
    # RAF -> DFEW: 1->4, 2->6, 3->5, 4->0, 5->1, 6->3, 7->2
    assert [dataset.get_cat_ids(i)[0]
            for i in range(7)] == [4, 6, 5, 0, 1, 3, 2]


def test_seeded_like_clips(tmp_path, make_rafdb):
    dataset = RAFDBDataset(PIPELINE, **make_rafdb(tmp_path))
    views = []
    for epoch in (0, 1, 0):
        dataset.set_epoch(epoch, 7)
        views.append(dataset[0]['inputs'])
    assert torch.equal(views[0], views[2])
    assert not torch.equal(views[0], views[1])


def test_split(tmp_path, make_rafdb):
    kwargs = make_rafdb(tmp_path)
    test = RAFDBDataset(PIPELINE, split='test', test_mode=True, **kwargs)
    assert len(test) == 1
    assert test[0]['data_samples'].gt_label.tolist() == [4]  # surprise
    with pytest.raises(ValueError, match='split: expected one of'):
        RAFDBDataset(PIPELINE, split='val', **kwargs)


def test_bad_input(tmp_path, make_rafdb):
    with pytest.raises(FileNotFoundError, match='list_patition_label'):
        RAFDBDataset(PIPELINE, data_root=str(tmp_path / 'no'))
    kwargs = make_rafdb(tmp_path)
    images = tmp_path / 'basic/Image/aligned'
    (images / 'test_0001_aligned.jpg').write_bytes(b'no image')
    with pytest.raises(BadFrameError, match='test_0001.*_label.txt:3'):
        RAFDBDataset(PIPELINE, split='test', test_mode=True, **kwargs)[0]
    (images / 'train_00002_aligned.jpg').unlink()
    with pytest.raises(
            FileNotFoundError,
            match=r'1 clip.s. without a folder or an.*train_00002.*:2\)'):
        RAFDBDataset(PIPELINE, **kwargs)
    (tmp_path / 'basic/EmoLabel/list_patition_label.txt').write_text(
        'test_0001.jpg 1\n')
    with pytest.raises(ValueError, match="split='train'.*found none"):
        RAFDBDataset(PIPELINE, **kwargs)


def test_real_stills(shared):
    root = str(shared('data/raf-db'))
    train = RAFDBDataset(PIPELINE, data_root=root)
    test = RAFDBDataset(PIPELINE, split='test', data_root=root)
    assert (len(train), len(test)) == (699, 115)
    assert train[0]['inputs'].shape == (3, 16, 16)


def test_two_images_of_one_name_are_refused(make_rafdb, tmp_path):
    where = make_rafdb(tmp_path)
    aligned = tmp_path / 'basic/Image/aligned/train_00001_aligned.jpg'
    aligned.with_name('train_00001.jpg').write_bytes(aligned.read_bytes())
    with pytest.raises(ValueError, match="'train_00001'.*train_00001.jpg', "):
        RAFDBDataset(pipeline=PIPELINE, **where)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import copy
import json
import shutil

import numpy as np
import pytest
import torch
from mmengine.registry import FUNCTIONS
from mmengine.runner import Runner
from PIL import Image

from aen_mmaction.datasets import DFEWDataset, skip_none_collate
from aen_mmaction.datasets.frame_folders import (find_entry, index_folders,
                                                 natural_key)
from aen_mmaction.datasets.transforms import BadFrameError
from aen_mmaction.faces import FaceSettings


def pixels(dataset, idx=0):
    return dataset[idx]['inputs']


def spoil(kwargs, clip='00002'):
    """Cut every frame of a clip short."""
    folder = f'{kwargs["data_root"]}/{kwargs["data_prefix"]["img"]}/{clip}'
    for i in range(1, 25):
        path = f'{folder}/{clip}_{i:05}.jpg'
        with open(path, 'rb') as f:
            data = f.read()
        with open(path, 'wb') as f:
            f.write(data[:len(data) // 2])


# ------------------------------------------------------------------- loading
def test_missing_data_root(tmp_path, clip_pipelines):
    with pytest.raises(
            FileNotFoundError,
            match=r"(?s)nowhere' not found.*clip_224x224/00001/00001_00001"
            '.*--data-root PATH'):
        DFEWDataset(
            'a.csv', clip_pipelines['train'], data_root=f'{tmp_path}/nowhere')


def test_two_folders_of_one_number(tmp_path, make_dfew, clip_pipelines):
    """The list's line is named: clip 2 is its third."""
    kwargs = make_dfew(tmp_path)
    clips = tmp_path / 'Clip/clip_224x224'
    (clips / '00002').rename(clips / '02')
    (clips / '0002').mkdir()
    with pytest.raises(ValueError, match=r"set_1.csv:3: clip '2': expected one"
                       r".*\['0002', '02'\].*\(in .*clip_224x224'\)"):
        DFEWDataset(pipeline=clip_pipelines['train'], **kwargs)


def test_missing_list_and_frames_root(tmp_path, make_dfew, clip_pipelines):
    kwargs = make_dfew(tmp_path)
    with pytest.raises(FileNotFoundError, match='set_7.csv.*not found'):
        DFEWDataset(
            pipeline=clip_pipelines['train'],
            **dict(kwargs, ann_file='set_7.csv'))
    with pytest.raises(FileNotFoundError, match='(?s)clips.*data_prefix'):
        DFEWDataset(
            pipeline=clip_pipelines['train'],
            **dict(kwargs, data_prefix=dict(img='clips')))


def test_ids_without_folder_are_counted(tmp_path, make_dfew, clip_pipelines):
    clips = [(str(i), 16, 1) for i in range(1, 15)]
    kwargs = make_dfew(tmp_path, clips)
    for i in range(3, 15):
        shutil.rmtree(tmp_path / f'Clip/clip_224x224/{i:05}')
    with pytest.raises(
            FileNotFoundError,
            match=r'12 clip\(s\) without a folder.*3 \(.*set_1\.csv:4\).*'
            r'\.\.\..*Unpack'):
        DFEWDataset(pipeline=clip_pipelines['train'], **kwargs)


@pytest.mark.parametrize('test_mode', [False, True])
@pytest.mark.parametrize('short_clip', ['repeat', 'drop'])
def test_empty_folder_is_always_an_error(tmp_path, make_dfew, clip_pipelines,
                                         test_mode, short_clip):
    kwargs = make_dfew(tmp_path, [('1', 16, 1), ('2', 0, 1)])
    (tmp_path / 'Clip/clip_224x224/00002/._a.jpg').write_bytes(b'hidden')
    with pytest.raises(
            ValueError,
            match=r'1 clip\(s\) with an empty folder.*: 2 \(.*set_1\.csv:3\)'):
        DFEWDataset(
            pipeline=clip_pipelines['train'],
            test_mode=test_mode,
            short_clip=short_clip,
            **kwargs)


SHORT = [('1', 20, 1), ('2', 15, 2), ('3', 3, 3), ('4', 16, 4)]


def test_short_clips_repeat(tmp_path, make_dfew, clip_pipelines, log_lines):
    dataset = DFEWDataset(
        pipeline=clip_pipelines['test'],
        test_mode=True,
        **make_dfew(tmp_path, SHORT))
    assert len(dataset) == 4
    line, = log_lines
    assert '2 of 4 clips have fewer than 16 frames' in line
    assert '00002 (15 frames), 00003 (3 frames)' in line
    assert dataset[2]['data_samples'].frame_inds.tolist() == [0, 1] * 8
    assert len(log_lines) == 1  # once


def test_short_clips_drop_and_error(tmp_path, make_dfew, clip_pipelines,
                                    log_lines):
    kwargs = make_dfew(tmp_path, SHORT)
    kwargs['pipeline'] = clip_pipelines['train']
    dataset = DFEWDataset(short_clip='drop', **kwargs)
    ids = [dataset.get_data_info(i)['clip_id'] for i in range(len(dataset))]
    assert ids == ['00001', '00004']
    assert '00002 (15 frames)' in log_lines[0] and 'left out' in log_lines[0]
    with pytest.raises(ValueError, match='2 of 4 clips.*00003 .3 frames'):
        DFEWDataset(short_clip='error', **kwargs)
    with pytest.raises(ValueError, match='4 of 4 clips'):
        DFEWDataset(short_clip='drop', min_frames=50, **kwargs)


def test_many_short_clips_are_named_in_part(tmp_path, make_dfew,
                                            clip_pipelines, log_lines):
    clips = [(str(i), 2, 1) for i in range(1, 13)]
    DFEWDataset(
        pipeline=clip_pipelines['train'], **make_dfew(tmp_path, clips))
    assert '12 of 12' in log_lines[0] and '00010 (2 frames), ...' in (
        log_lines[0])


@pytest.mark.parametrize('option', [
    dict(short_clip='pad'), dict(on_bad_frame='skip')
])
def test_wrong_options(option):
    with pytest.raises(ValueError, match='expected one of .*got'):
        DFEWDataset('a.csv', [], **option)


def test_natural_order_and_folder_lookup(tmp_path):
    names = [f'{i}.jpg' for i in (10, 2, 1, 16, 9)]
    assert sorted(names, key=natural_key) == [
        '1.jpg', '2.jpg', '9.jpg', '10.jpg', '16.jpg'
    ]
    for name in ('00001', '7', '07', 'a01'):
        (tmp_path / name).mkdir()
    index = index_folders(str(tmp_path))
    assert [find_entry(index, i)
            for i in ('1', '0001', '00001', '2')] == ['00001'] * 3 + [None]
    assert find_entry(index, '07') == '07' and find_entry(index, '7') == '7'
    assert find_entry(index, 'a1') is None  # text, not a number
    with pytest.raises(ValueError, match="'007'.*'07', '7'"):
        find_entry(index, '007')


# ------------------------------------------------------------------- reading
def test_labels_by_name_and_cat_ids(tmp_path, make_dfew, clip_pipelines):
    """Other class orders give other numbers for the same names."""
    kwargs = make_dfew(tmp_path)  # labels 1, 2, 7: happy, sad, fear
    kwargs['pipeline'] = clip_pipelines['train']
    dataset = DFEWDataset(**kwargs)
    assert [dataset.get_cat_ids(i) for i in range(3)] == [[0], [1], [6]]
    order = ('fear', 'happy', 'sad', 'neutral', 'angry', 'surprise', 'disgust')
    other = DFEWDataset(metainfo=dict(classes=order), **kwargs)
    assert [other.get_cat_ids(i) for i in range(3)] == [[1], [2], [0]]
    message = r'1 clip.s. of other classes than .*: 3 \('
    with pytest.raises(ValueError, match=message):
        DFEWDataset(metainfo=dict(classes=order[1:]), **kwargs)


def test_augmentation_depends_on_seed_epoch_and_clip(tmp_path, make_dfew,
                                                     clip_pipelines):
    kwargs = dict(make_dfew(tmp_path), pipeline=clip_pipelines['train'])
    dataset = DFEWDataset(**kwargs)
    seen = {}
    for seed in (0, 1):
        for epoch in (0, 1):
            dataset.set_epoch(epoch, seed)
            seen[seed, epoch] = pixels(dataset)
            assert torch.equal(pixels(dataset), seen[seed, epoch])
    assert len({x.numpy().tobytes() for x in seen.values()}) == 4
    dataset.set_epoch(0)  # keeps seed 1
    assert torch.equal(pixels(dataset), seen[1, 0])
    draws = [dataset.clip_rng(clip).random() for clip in ('00001', '00002')]
    assert draws[0] != draws[1]
    # a filter or a subset does not change what a clip looks like
    last = dataset.get_subset([2])
    assert torch.equal(pixels(last), pixels(dataset, 2))
    last.set_epoch(5, 5)
    assert torch.equal(pixels(last), pixels(dataset, 2))


def test_testing_is_free_of_chance(tmp_path, make_dfew, clip_pipelines):
    dataset = DFEWDataset(
        pipeline=clip_pipelines['test'],
        test_mode=True,
        **make_dfew(tmp_path))
    first = pixels(dataset)
    dataset.set_epoch(3, 4)
    assert torch.equal(first, pixels(dataset))


# ---------------------------------------------------------------- bad frames
@pytest.mark.parametrize('on_bad_frame, test_mode', [('error', False),
                                                     ('error', True),
                                                     ('skip_clip', True)])
def test_bad_frame_is_an_error(tmp_path, make_dfew, clip_pipelines,
                               on_bad_frame, test_mode):
    kwargs = make_dfew(tmp_path)
    spoil(kwargs)
    dataset = DFEWDataset(
        pipeline=clip_pipelines['test' if test_mode else 'train'],
        test_mode=test_mode,
        on_bad_frame=on_bad_frame,
        **kwargs)
    with pytest.raises(
            BadFrameError,
            match=r'00002_000\d\d\.jpg: .*clip 00002 of .*set_1\.csv:3'):
        dataset[1]


def test_bad_clip_is_skipped_not_replaced(tmp_path, make_dfew, clip_pipelines,
                                          log_lines):
    kwargs = make_dfew(tmp_path)
    spoil(kwargs)
    dataset = DFEWDataset(
        pipeline=clip_pipelines['train'], on_bad_frame='skip_clip', **kwargs)
    samples = [dataset[i] for i in range(3)]
    assert samples[1] is None
    assert '00002_' in log_lines[0] and 'skipped' in log_lines[0]
    assert dataset.skip_marks.tolist() == [0, 1, 0]
    batch = skip_none_collate(samples)
    assert [x.clip_id for x in batch['data_samples']] == ['00001', '00003']
    assert len(batch['inputs']) == 2
    dataset.set_epoch(1)
    assert dataset.skip_marks.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match='all 2 skipped'):
        skip_none_collate([None, None])


@pytest.mark.parametrize('num_workers', [0, 2])
def test_skipping_in_a_data_loader(tmp_path, make_dfew, clip_pipelines,
                                   num_workers):
    """Found by name in the config, and counted from any worker."""
    kwargs = make_dfew(tmp_path)
    spoil(kwargs)
    assert FUNCTIONS.get('skip_none_collate') is skip_none_collate
    loader = Runner.build_dataloader(
        dict(
            batch_size=3,
            num_workers=num_workers,
            sampler=dict(type='DefaultSampler', shuffle=False),
            collate_fn=dict(type='skip_none_collate'),
            dataset=dict(
                type='DFEWDataset',
                pipeline=clip_pipelines['train'],
                on_bad_frame='skip_clip',
                **kwargs)))
    batch, = loader
    assert [x.clip_id for x in batch['data_samples']] == ['00001', '00003']
    assert loader.dataset.skip_marks.tolist() == [0, 1, 0]


def test_subset_marks_its_own_skips(tmp_path, make_dfew, clip_pipelines):
    kwargs = make_dfew(tmp_path)
    spoil(kwargs)
    dataset = DFEWDataset(
        pipeline=clip_pipelines['train'], on_bad_frame='skip_clip', **kwargs)
    subset = dataset.get_subset([1, 2])
    assert subset[0] is None and subset[1] is not None
    assert subset.skip_marks.tolist()[:2] == [1, 0]
    assert dataset.skip_marks.tolist() == [0, 0, 0]


def test_a_copy_is_shared_with_its_own_workers(tmp_path, make_dfew,
                                               clip_pipelines):
    """The Runner deep-copies its config, and a data set given in it."""
    kwargs = dict(make_dfew(tmp_path), pipeline=clip_pipelines['train'])
    dataset = DFEWDataset(**kwargs)
    for copied in (copy.deepcopy(dataset), dataset.get_subset([0, 1])):
        assert copied._seed_epoch.is_shared() and copied._skipped.is_shared()


def test_broken_config_names(tmp_path, make_dfew, clip_pipelines):
    with pytest.raises(KeyError, match='LoadFrame is not in'):
        DFEWDataset(pipeline=[dict(type='LoadFrame')], **make_dfew(tmp_path))


def test_frames_match_the_files(tmp_path, make_dfew, clip_pipelines):
    """The first sampled frame is the file of that number, in RGB."""
    dataset = DFEWDataset(
        pipeline=clip_pipelines['test'][:2],
        test_mode=True,
        **make_dfew(tmp_path))
    sample = dataset[1]
    first = sample['frame_inds'][0]
    path = tmp_path / f'Clip/clip_224x224/00002/00002_{first + 1:05}.jpg'
    np.testing.assert_array_equal(sample['imgs'][0],
                                  np.array(Image.open(path)))


@pytest.mark.parametrize('root, card', [
    ('mine', 'mine'),  # python tools/data/prepare.py VIDEOS --out mine
    ('mine/Clip/clip_224x224', 'mine/Clip'),  # the folder of clips as root
    ('mine', 'mine/Clip'),  # faces beside other things of the set
    ('mine/Clip', 'mine/Clip/clip_224x224'),
])
def test_metainfo_says_how_prepared_faces_were_cut(make_dfew, clip_pipelines,
                                                   tmp_path, root, card):
    """The nearest card; a checkpoint keeps it, so predictions can compare."""
    tmp_path = tmp_path / 'work' / 'data'
    args = make_dfew(tmp_path / 'mine')
    args.update(
        pipeline=clip_pipelines['train'],
        data_root=str(tmp_path / root),
        ann_file=str(tmp_path / 'mine' / args['ann_file']),
        data_prefix=dict(img=str(tmp_path / 'mine/Clip/clip_224x224')))
    faces = [FaceSettings('dlib', size=size).as_dict() for size in (96, 112)]

    def write(folder, settings):
        (folder / 'data_card.json').write_text(
            json.dumps(dict(settings=dict(faces=settings))))

    write((tmp_path / root).parents[1], faces[0])  # of something else
    assert 'faces' not in DFEWDataset(**args).metainfo
    write((tmp_path / root).parent, faces[0])
    write(tmp_path / card, faces[1])
    assert DFEWDataset(**args).metainfo['faces'] == faces[1]

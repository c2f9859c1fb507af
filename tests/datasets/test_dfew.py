# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.datasets import DFEWDataset
from aen_mmaction.emotions import DFEW_CLASSES


@pytest.mark.parametrize('mode', ['train', 'test'])
def test_sample(tmp_path, make_dfew, clip_pipelines, mode):
    dataset = DFEWDataset(
        pipeline=clip_pipelines[mode],
        test_mode=mode == 'test',
        **make_dfew(tmp_path))
    assert len(dataset) == 3
    assert dataset.metainfo['classes'] == DFEW_CLASSES
    sample = dataset[2]
    assert sample['inputs'].shape == (16, 3, 16, 16)
    assert sample['inputs'].dtype == torch.uint8
    data_sample = sample['data_samples']
    assert data_sample.gt_label.tolist() == [6]  # label 7 - 1: fear
    assert data_sample.clip_id == '00003'
    assert data_sample.total_frames == 17
    assert data_sample.frame_inds.shape == (16, )


def test_sixteen_frame_layout_in_natural_order(tmp_path, make_dfew):
    dataset = DFEWDataset(
        pipeline=[],
        **make_dfew(tmp_path, [('1', 16, 1)], layout='clip_224x224_16f'))
    info = dataset.get_data_info(0)
    assert info['frames'] == [f'{i}.jpg' for i in range(1, 17)]


def test_frames_are_counted_and_ordered(tmp_path, make_dfew):
    dataset = DFEWDataset(pipeline=[], **make_dfew(tmp_path))
    info = dataset.get_data_info(0)
    assert info['total_frames'] == 20
    assert info['frames'][9] == '00001_00010.jpg'
    assert info['ann'].endswith('set_1.csv:2')


@pytest.mark.parametrize('labels', [(0, 6), (1, 8)])
def test_label_base(tmp_path, make_dfew, labels):
    kwargs = make_dfew(tmp_path,
                       [(str(i + 1), 16, x) for i, x in enumerate(labels)])
    with pytest.raises(ValueError, match=r'set_1\.csv:[23]: expected'):
        DFEWDataset(pipeline=[], **kwargs)
    if labels == (0, 6):
        dataset = DFEWDataset(pipeline=[], **{**kwargs, 'label_base': 0})
        assert [dataset.get_cat_ids(i) for i in (0, 1)] == [[0], [6]]


def test_a_lost_header_loses_no_clip(tmp_path, make_dfew):
    kwargs = make_dfew(tmp_path)
    (tmp_path / kwargs['ann_file']).write_text('1,1\n2,2\n')
    dataset = DFEWDataset(pipeline=[], **kwargs)
    assert [dataset.get_cat_ids(i) for i in (0, 1)] == [[0], [1]]


def test_lists_of_others_and_videos(tmp_path, make_dfew, write_video,
                                    clip_pipelines):
    kwargs = make_dfew(tmp_path)
    (tmp_path / 'theirs.txt').write_text('D:\\DFEW\\All/00001 144 0\n'
                                         'D:\\DFEW\\All/00003 70 6\n')
    kwargs.update(ann_file='theirs.txt', label_base=0)
    assert DFEWDataset(pipeline=[], **kwargs).get_cat_ids(1) == [6]
    write_video(tmp_path / 'Clip/original/1.mp4', 20)  # unpadded, as on disks
    write_video(tmp_path / 'Clip/original/3.mp4', 20)
    videos = DFEWDataset(
        pipeline=clip_pipelines['train'], media='video', **kwargs)
    assert [videos[i]['data_samples'].clip_id for i in (0, 1)] == ['1', '3']
    assert videos[0]['inputs'].shape == (16, 3, 16, 16)


@pytest.mark.parametrize('fold', range(1, 6))
def test_real_clips(shared, clip_pipelines, fold):
    root = shared('data/dfew')
    sizes, ids = [], set()
    for mode in ('train', 'test'):
        dataset = DFEWDataset(
            f'EmoLabel_DataSplit/{mode}(single-labeled)/set_{fold}.csv',
            clip_pipelines[mode],
            data_root=str(root),
            test_mode=mode == 'test')
        sizes.append(len(dataset))
        infos = [dataset.get_data_info(i) for i in range(len(dataset))]
        ids.update(info['clip_id'] for info in infos)
        frames = [info['total_frames'] for info in infos]
        assert 17 <= min(frames) and max(frames) <= 41
        assert dataset[0]['inputs'].float().std() > 1
    assert sum(sizes) == 161 == len(ids)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.analysis.loading_speed import (format_loading,
                                                 measure_loading, pil_clip,
                                                 sampled_files)
from aen_mmaction.datasets import DFEWDataset


@pytest.fixture
def dataset(tmp_path, make_dfew, clip_pipelines):
    keywords = make_dfew(tmp_path, size=(40, 36))
    return DFEWDataset(pipeline=clip_pipelines['train'], **keywords)


def test_pil_way_makes_the_same_draws(dataset):
    """3 clips, 8 epochs: frames, box and mirroring agree, so do pixels."""
    for epoch in range(8):
        dataset.set_epoch(epoch, seed=3)
        for i in range(len(dataset)):
            ours, reference = dataset[i]['inputs'], pil_clip(dataset, i)
            assert ours.shape == reference.shape == (16, 3, 16, 16)
            apart = (ours.int() - reference.int()).abs()
            assert apart.max() <= 2, (epoch, i)
            turned = (ours.int() - reference.flip(-1).int()).abs()
            assert turned.max() > 2  # noise: mirroring would be seen


def test_sampled_files_are_the_distinct_frames(dataset):
    files = sampled_files(dataset, 0)  # 20 frames: d = 2, so 16 at most
    assert 8 < len(files) <= 16 and files == sorted(set(files))
    assert files[0].endswith(('00001_00001.jpg', '00001_00002.jpg'))


def test_measures_and_prints(dataset):
    speed = measure_loading(dataset, num_clips=2, rounds=1)
    rates = speed.clips_per_second
    assert list(rates) == [
        'read', 'decode', 'decode, PIL', 'load', 'load, PIL']
    assert rates['read'] > rates['decode'] > rates['load'] > 0
    assert speed.num_clips == 2 and 8 < speed.frames_per_clip <= 16
    assert speed.max_difference <= 2 and speed.mean_difference < .2
    text = format_loading(speed)
    assert 'load, PIL' in text and f'at most {speed.max_difference},' in text


def test_other_pipelines_are_not_compared(tmp_path, make_dfew,
                                          clip_pipelines):
    jitter = dict(type='GroupColorJitter', brightness=.5)
    pipeline = clip_pipelines['train']
    pipeline.insert(4, jitter)
    dataset = DFEWDataset(pipeline=pipeline, **make_dfew(tmp_path))
    speed = measure_loading(dataset, num_clips=1, rounds=1)
    assert speed.max_difference is None
    assert 'load, PIL' not in speed.clips_per_second
    assert 'not compared with PIL' in format_loading(speed)
    assert np.isfinite(list(speed.clips_per_second.values())).all()

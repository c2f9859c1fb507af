# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.models.guides.frame_cache import (FrameCache, file_sha256,
                                                    write_frame_cache)


@pytest.fixture
def guide(guide_cfg, tmp_path):
    """Function ``guide(**changes)``: clips 'a' (5 frames) and 'b' (6)."""

    def make(**changes):
        cfg = guide_cfg()
        cache = FrameCache(
            {'a': (0, 5), 'b': (5, 6)},
            np.arange(77, dtype=np.float32).reshape(11, 7),
            np.zeros(11, np.uint32), DFEW_CLASSES,
            file_sha256(cfg['checkpoint']))
        write_frame_cache(tmp_path / 'c.npz', cache._replace(**changes))
        guide = MODELS.build({
            **cfg, 'type': 'CachedGuide',
            'cache': str(tmp_path / 'c.npz')
        })
        guide.init_weights()
        return guide

    return make


def sample(clip_id, inds, total):
    return ActionDataSample(
        metainfo=dict(
            clip_id=clip_id, frame_inds=np.array(inds), total_frames=total))


def test_logits_of_the_frames_that_were_sampled(guide):
    found = guide()(torch.zeros(2, 3, 3, 8, 8),
                    [sample('b', [0, 0, 5], 6), sample('a', [4, 1, 2], 5)])
    assert found.shape == (2, 3, 7) and found.dtype == torch.float32
    # row r of the file begins with 7 r; clip b begins at row 5
    assert found[:, :, 0].tolist() == [[35, 35, 70], [28, 7, 14]]


def test_frames_of_no_clip_are_judged_live(guide, guide_cfg):
    live = MODELS.build(guide_cfg())
    cached = guide()  # reads the weights that guide_cfg wrote last
    live.init_weights()
    frames = torch.rand(2, 3, 3, 32, 32)
    torch.testing.assert_close(cached(frames), live(frames))


@pytest.mark.parametrize('clip', [('c', 5), ('a', 6)])
def test_other_data(guide, clip):
    error = f'(?s)clip {clip[0]}: expected {clip[1]}.*tools/cache_guide.py'
    with pytest.raises(ValueError, match=error):
        guide()(torch.zeros(1, 1, 3, 8, 8), [sample(clip[0], [0], clip[1])])


@pytest.mark.parametrize('change', [
    dict(checkpoint_sha256='00'), dict(classes=DFEW_CLASSES[::-1])
])
def test_another_guide(guide, change):
    with pytest.raises(ValueError, match='(?s)another guide.*cache_guide.py'):
        guide(**change)


def test_before_loading(guide_cfg):
    guide = MODELS.build(dict(guide_cfg(), type='CachedGuide', cache='c.npz'))
    with pytest.raises(RuntimeError, match='init_weights'):
        guide(torch.zeros(1, 1, 3, 8, 8), [])
    with pytest.raises(FileNotFoundError, match='c.npz'):
        guide.init_weights()

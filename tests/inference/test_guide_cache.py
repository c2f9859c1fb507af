# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.inference.guide_cache import build_frame_cache, changed_clips

from .conftest import config_of


@pytest.fixture
def joint(make_dfew, tmp_path):
    """Function ``joint(ids, ids)``: config that trains on two sets."""

    def make(*parts):
        cfg = config_of('aen')
        cfg.model.guide.classifier.head.in_channels = 64  # slim
        path = tmp_path / 'guide.pth'
        guide = MODELS.build(cfg.model.guide)
        torch.save(
            dict(
                state_dict=guide.classifier.state_dict(),
                meta=dict(dataset_meta=dict(classes=DFEW_CLASSES))), path)
        cfg.model.guide.checkpoint = str(path)
        own = cfg.train_dataloader.dataset
        cfg.train_dataloader.num_workers = 0
        cfg.train_dataloader.dataset = dict(
            type='JointDataset',
            datasets=[{
                **own,
                **make_dfew(tmp_path / str(i), [(c, 4 + i, 1) for c in ids])
            } for i, ids in enumerate(parts)])
        return cfg

    return make


def test_all_sets_of_a_joint_one(joint):
    """Clips of 4 frames in the first set, of 5 in the second."""
    cfg = joint(['1', '2'], ['3'])
    cache = build_frame_cache(cfg)
    assert cache.clips == {'00001': (0, 4), '00002': (4, 4), '00003': (8, 5)}
    assert cache.logits.shape == (13, 7)
    assert changed_clips(cfg, cache) == []


def test_two_clips_of_one_id(joint):
    with pytest.raises(ValueError, match='clip 00002: expected .* once'):
        build_frame_cache(joint(['1', '2'], ['2']))

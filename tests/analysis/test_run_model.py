# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.analysis.gradcam_figure import explain_clip
from aen_mmaction.analysis.run_model import load_run
from aen_mmaction.emotions import DFEW_CLASSES


def test_model_and_its_test_data(saved, guide_cfg):
    model, dataset = load_run(*saved(guide=guide_cfg()))
    assert not model.training and model.guide is not None
    assert [dataset.get_data_info(i)['clip_id'] for i in range(3)] == [
        '00001', '00002', '00003']


def test_a_cached_guide_is_loaded_live(saved, guide_cfg):
    """Its file holds training frames only, and may be gone."""
    guide = guide_cfg(type='CachedGuide', cache='gone.npz')
    model, dataset = load_run(*saved(guide=guide))
    model.guide.init_weights()
    probs = explain_clip(model, dataset, 0).frame_weights
    inputs = dataset[0]['inputs'][None] / 255  # (1, 4, 3, 32, 32)
    label = dataset.get_data_info(0)['label']
    np.testing.assert_allclose(
        probs, model.guide(inputs)[0].softmax(-1)[:, label], atol=1e-6)


def test_checkpoint_with_another_order_of_classes(saved):
    with pytest.raises(ValueError, match='class names differ'):
        load_run(*saved(DFEW_CLASSES[::-1]))


def test_data_with_another_order_of_classes(saved):
    cfg, checkpoint = saved()
    cfg.test_dataloader.dataset.metainfo = dict(classes=DFEW_CLASSES[::-1])
    with pytest.raises(ValueError, match=r'\.pth: class names differ: the '
                       r"checkpoint: \('happy'.*; classes given, or those of "
                       r"the data: \('fear'"):
        load_run(cfg, checkpoint)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from pathlib import Path

import pytest
import torch
from mmengine.analysis import FlopAnalyzer
from mmengine.config import Config
from torch import nn
from torch.nn import functional as F

from aen_mmaction.analysis.complexity import (_attention_macs, black_sample,
                                              measure_speed, model_cost)

CONFIG = Path(__file__).parents[2] / 'configs' / 'former-dfer_dfew_fold1.py'


def test_former_dfer_costs_what_is_published():
    """Parameters to the last one; 8.30 G multiply-adds of 16 frames."""
    cost = model_cost(Config.fromfile(CONFIG))
    assert cost.params == 18_031_943
    assert cost.macs / 1e9 == pytest.approx(8.30, rel=.01)
    assert cost.flops == 2 * cost.macs


def test_attention_is_counted():
    """Queries 5 x 8, keys 7 x 8, values 7 x 3, of 2 heads: 2 * 5 * 7 * 11."""

    class Attention(nn.Module):

        def forward(self, q, k, v):
            return F.scaled_dot_product_attention(q, k, v)

    counter = FlopAnalyzer(Attention(), (torch.rand(1, 2, 5, 8),
                                         torch.rand(1, 2, 7, 8),
                                         torch.rand(1, 2, 7, 3)))
    counter.set_op_handle('aten::scaled_dot_product_attention',
                          _attention_macs)
    assert counter.total() == 2 * 5 * 7 * 11


def test_the_black_clip_went_through_the_test_pipeline():
    sample = black_sample(Config.fromfile(CONFIG))
    assert sample['inputs'].shape == (16, 3, 112, 112)
    assert not sample['inputs'].any()
    assert sample['data_samples'].clip_id == 'black'


def test_speed_of_each_and_where():
    cfg = Config.fromfile(CONFIG)
    cfg.model.data_preprocessor.img_size = 32
    cfg.model.backbone.map_size = 2
    cfg.test_dataloader.dataset.pipeline[2].size = 32
    speed, where = measure_speed(dict(a=cfg, b=cfg), 1, 2)
    assert set(speed) == {'a', 'b'} and min(speed.values()) > 0
    assert '2 clip(s) at a time, fastest of 1 rounds' in where

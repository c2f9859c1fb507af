# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
import torch

from aen_mmaction.analysis import heat_check
from aen_mmaction.analysis.heat_check import (heat_density, heat_ratio,
                                              heat_table, measure_heat,
                                              untrained_twin)

MASK = np.zeros((1, 2, 2), bool)
MASK[0, 0, 0] = True


def test_density_by_hand():
    """Heat 6, 2, 0, 0: mean 2; inside 6 / 2, outside (2 / 3) / 2."""
    heat = np.array([[[6., 2.], [0., 0.]]])
    np.testing.assert_allclose(heat_density(heat, MASK), (3, 1 / 3))
    np.testing.assert_allclose(heat_density(7 * heat, MASK), (3, 1 / 3))
    np.testing.assert_allclose(heat_density(np.ones((1, 2, 2)), MASK), (1, 1))
    assert np.isnan(heat_density(np.zeros((1, 2, 2)), MASK)).all()


@pytest.mark.parametrize('mask', [MASK[0], MASK & False, MASK | True])
def test_density_refuses(mask):
    with pytest.raises(ValueError, match='neither empty nor full'):
        heat_density(np.ones((1, 2, 2)), mask)


def test_ratio_over_clips():
    """(3 + 1) / (1 + .5); a clip without heat does not count."""
    found = heat_ratio(np.array([[3, 1], [1, .5], [np.nan, np.nan]]))
    assert found.ratio == pytest.approx(4 / 1.5) and found.num_clips == 2
    assert found.low == 2 and found.high == 3  # one clip alone, twice
    with pytest.raises(ValueError, match='no clip has any heat'):
        heat_ratio(np.full((2, 2), np.nan))


class Truth:
    """The mouth is the left half's top, the brows the right half's."""

    def masks(self, clip_id, frame_inds, size):
        mouth = np.zeros((len(frame_inds), size, size), bool)
        brows = mouth.copy()
        mouth[:, :4, :size // 2] = True
        brows[:, :4, size // 2:] = True
        return dict(mouth=mouth, brows=brows, face=mouth | brows)


@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_measured_where_the_truth_is(monkeypatch, memory_set, batch_size):
    """Level 0 twice as hot at the mouth, level 1 even."""
    seen = []

    def fake(model, batch, labels, weights):
        seen.extend(labels)
        hot = torch.ones(len(labels), 4, 32, 32)
        hot[:, :, :4, :16] = 2
        return [hot, torch.ones_like(hot)]

    monkeypatch.setattr(heat_check, 'grad_cam', fake)
    levels = measure_heat(None, memory_set([3, 4, 5, 6]), Truth(), [1, 3, 2],
                          batch_size=batch_size)
    assert seen == [4, 6, 5]
    area = 4 * 16 / 32**2  # of each region
    assert levels[0]['mouth'].ratio == pytest.approx(2)
    assert levels[0]['brows'].ratio == pytest.approx(
        1 / ((1 - 2 * area + 2 * area) / (1 - area)))
    assert levels[0]['mouth and brows'].ratio == pytest.approx(1.5)
    assert all(r.ratio == pytest.approx(1) for r in levels[1].values())
    table = heat_table(dict(trained=levels))
    assert [row[:3] for row in table.rows] == [['trained', 0, 3],
                                               ['trained', 1, 3]]
    assert table.rows[0][3] == '2.00 (2.00 to 2.00)'


def test_a_twin_has_the_same_shapes_and_weights_of_its_seed(build):
    from mmengine.config import Config

    from .conftest import NO_GUIDE, RECOGNIZER
    cfg = Config(dict(model={**RECOGNIZER, 'cls_head': NO_GUIDE},
                      default_scope='mmaction'))
    before = torch.random.get_rng_state()
    one, same, other = (untrained_twin(cfg, seed) for seed in (0, 0, 1))
    torch.testing.assert_close(torch.random.get_rng_state(), before)
    weights = [m.cls_head.global_classifier.weight for m in (one, same, other)]
    assert torch.equal(*weights[:2]) and not torch.equal(*weights[1:])
    assert not one.training

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
import torch
from torch import nn

from aen_mmaction.analysis.embedding import (clip_vectors, draw_embeddings,
                                             embed)
from aen_mmaction.emotions import EmotionHierarchy

HIERARCHY = EmotionHierarchy()


@pytest.mark.parametrize('level, dim', [(0, 64), (1, 16), (-1, 64)])
def test_vectors_of_a_level(build, memory_set, level, dim):
    model, data = build(), memory_set([0, 1, 2])
    found = clip_vectors(model, data, level, batch_size=2)
    assert found.shape == (3, dim)
    with torch.no_grad():
        feats, _ = model.extract_feat(data.clips.float() / 255)
    np.testing.assert_allclose(found, feats.clip_feats[level], atol=1e-5)


class Stock(nn.Module):
    """Two views a clip, (2 N, D) into the head's last linear layer."""

    def __init__(self):
        super().__init__()
        self.cls_head = nn.Sequential(nn.Linear(2, 9), nn.Linear(9, 7))
        nn.init.ones_(self.cls_head[0].weight)
        nn.init.zeros_(self.cls_head[0].bias)

    def test_step(self, batch):
        x = torch.stack([c.float().mean((0, 1))[0, :2]
                         for c in batch['inputs']])
        self.cls_head(torch.cat([x, 3 * x], 1).reshape(-1, 2))


def test_any_recognizer_gives_what_its_classifier_gets(memory_set):
    data = memory_set([0, 1, 2])
    found = clip_vectors(Stock(), data, batch_size=2)
    x = data.clips.float().mean((1, 2))[:, 0, :2].sum(1)
    np.testing.assert_allclose(found, np.tile(2 * x[:, None], 9), rtol=1e-5)


def test_vectors_of_a_stock_recognizer(stock, memory_set):
    """TSN: mean over the segments of what its classifier gets."""
    found = clip_vectors(stock, memory_set([0, 1, 2]), batch_size=2)
    assert found.shape == (3, 512)


def test_no_such_level_and_no_linear_layer(build, memory_set):
    with pytest.raises(ValueError, match='level: expected 0 to 2, got 3'):
        clip_vectors(build(), memory_set([0]), 3)
    stock = Stock()
    stock.cls_head = nn.ReLU()
    with pytest.raises(ValueError, match='ReLU has no linear layer'):
        clip_vectors(stock, memory_set([0]))


def test_two_clusters_stay_two():
    """happy and surprise (one group) against sad: groups are apart."""
    rng = np.random.default_rng(0)
    labels = np.repeat((0, 4, 1), 10)
    vectors = rng.normal(0, .1, (30, 5)) + 9 * (labels == 1)[:, None]
    found = embed(vectors, labels, HIERARCHY)
    assert found.points.shape == (30, 2)
    assert found.by_group > .9 and found.by_emotion < .6
    centres = [found.points[labels == k].mean(0) for k in (0, 4, 1)]
    near, far = (np.linalg.norm(centres[0] - c) for c in centres[1:])
    assert far > 2 * near
    again = embed(vectors, labels, HIERARCHY)
    np.testing.assert_array_equal(found.points, again.points)


def test_one_class_has_no_silhouette_and_few_clips_no_picture():
    vectors = np.random.default_rng(0).normal(size=(4, 3))
    found = embed(vectors, [0, 0, 0, 0], HIERARCHY)
    assert np.isnan([found.by_emotion, found.by_group]).all()
    with pytest.raises(ValueError, match='at least 4 clips, got 3'):
        embed(vectors[:3], [0, 1, 2], HIERARCHY)


def test_picture_has_two_panels_a_model():
    vectors = np.random.default_rng(0).normal(size=(6, 3))
    found = embed(vectors, [0, 0, 1, 1, 2, 2], HIERARCHY)
    figure = draw_embeddings({'AEN': found, 'baseline': found}, HIERARCHY)
    titles = [axes.get_title() for axes in figure.axes]
    assert [t.split(' silh')[0].split('\n')[0] for t in titles] == [
        'AEN: by emotion', 'baseline: by emotion', 'AEN: by group',
        'baseline: by group']
    names = [t.get_text() for t in figure.axes[3].get_legend().texts]
    assert names == ['positive', 'neutral', 'negative']

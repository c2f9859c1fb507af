# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from aen_mmaction.inference import build_scorer
from aen_mmaction.inference.scorers import (CachedScorer, WholeScorer,
                                            WindowScorer)

KINDS = dict(
    aen=CachedScorer,
    released=CachedScorer,
    former=CachedScorer,
    gca=WholeScorer,
    stock=WindowScorer)


def as_testing(loaded, scorer, clips):
    """Probabilities as the test loop of MMEngine computes them."""
    batch = [scorer.pipeline.prepare(frames) for frames in clips]
    with torch.no_grad():
        samples = loaded.model.test_step(pseudo_collate(batch))
    return np.stack([s.pred_score.numpy() for s in samples])


@pytest.mark.parametrize('name', KINDS)
def test_scores_are_those_of_testing(name, loaded, faces):
    plain = loaded(name)
    scorer = build_scorer(loaded(name), batch_size=2)
    assert type(scorer) is KINDS[name]
    inds = scorer.pipeline.frame_inds(20)
    frames = faces(60)
    clips = [[frames[20 * i + j] for j in inds] for i in range(3)]
    expected = as_testing(plain, scorer, clips)
    assert np.ptp(expected) > 1e-3  # says something
    for num in (1, 3):
        found = scorer.score([scorer.encode(clip) for clip in clips[:num]])
        np.testing.assert_allclose(found['pred_score'], expected[:num],
                                   atol=1e-5)
        groups = found['pred_group_score']
        assert groups.shape == (num, 3)
        np.testing.assert_allclose(groups.sum(1), 1, atol=1e-5)


def test_groups_of_a_model_without_them_are_summed(loaded, faces):
    scorer = build_scorer(loaded('former'))
    scores = scorer.score([scorer.encode(faces(16))])
    happy, sad, neutral, angry, surprise, disgust, fear = \
        scores['pred_score'][0]
    np.testing.assert_allclose(
        scores['pred_group_score'][0],
        [happy + surprise, neutral, sad + angry + disgust + fear], rtol=1e-5)


def test_half_of_the_bits(loaded, faces):
    exact = build_scorer(loaded('aen'))
    half = build_scorer(loaded('aen'), clip_dtype=torch.bfloat16)
    clip = faces(16)
    a, b = (s.score([s.encode(clip)])['pred_score'] for s in (exact, half))
    assert 0 < np.abs(a - b).max() < 1e-2
    with pytest.raises(ValueError, match='cannot be divided'):
        build_scorer(loaded('gca'), clip_dtype=torch.bfloat16)

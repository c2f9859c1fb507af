# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.emotions import (DFEW_CLASSES, MAFW_DFEW_FIRST_CLASSES,
                                   RAVDESS_DFEW_FIRST_CLASSES,
                                   EmotionHierarchy)
from aen_mmaction.models.guides.unknown_emotions import share_groups


def test_by_hand():
    # up: happy .6; down: sad .3, angry .1 and the unknown bored: 3 emotions,
    # 2 known, P = .4. sad 2/3 .3 = .2, angry 2/3 .1 = .0667, bored .4 / 3
    hierarchy = EmotionHierarchy(
        ('bored', 'happy', 'sad', 'angry'),
        dict(up=('happy', ), down=('sad', 'angry', 'bored')))
    logits = torch.tensor([.6, .3, .1]).log() + 5  # any constant
    out = share_groups(logits, ('happy', 'sad', 'angry'), hierarchy)
    torch.testing.assert_close(
        out.exp(), torch.tensor([.4 / 3, .6, .2, .2 / 3]))


@pytest.mark.parametrize('shape', [(1, 7), (3, 4, 7), (7, 7)])
@pytest.mark.parametrize('classes', [
    MAFW_DFEW_FIRST_CLASSES, RAVDESS_DFEW_FIRST_CLASSES])
def test_groups_keep_their_probability(classes, shape):
    hierarchy = EmotionHierarchy(classes)
    logits = torch.randn(shape)
    probs = share_groups(logits, DFEW_CLASSES, hierarchy).softmax(-1)
    assert probs.shape == (*shape[:-1], len(classes))
    torch.testing.assert_close(
        hierarchy.group_probs(probs),
        EmotionHierarchy().group_probs(logits.softmax(-1)))


def test_all_known_changes_nothing():
    logits = torch.randn(3, 7)
    torch.testing.assert_close(
        share_groups(logits, DFEW_CLASSES, EmotionHierarchy()),
        logits.log_softmax(-1))


def test_a_group_without_a_known_emotion():
    with pytest.raises(ValueError, match="no emotion of the group 'neutral'"):
        share_groups(torch.zeros(1, 1), ('happy', ),
                     EmotionHierarchy(('happy', 'neutral')))


def test_the_guide_asks_before_it_shares(guide_cfg):
    cfg = dict(guide_cfg(), classes='ravdess-dfew-first')
    with pytest.raises(ValueError, match="no counterpart.*'calm'"):
        MODELS.build(cfg).init_weights()
    guide = MODELS.build(dict(cfg, unknown='share_group'))
    guide.init_weights()
    logits = guide(torch.rand(2, 4, 3, 32, 32))
    assert logits.shape == (2, 4, 8)
    neutral, calm = 2, 7
    torch.testing.assert_close(logits[..., neutral], logits[..., calm])

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from collections import Counter

import numpy as np
import pytest

from aen_mmaction.datasets.synthetic.script import (NEUTRAL, distractor_share,
                                                    is_plurality,
                                                    script_emotions,
                                                    shown_labels)
from aen_mmaction.emotions import DFEW_CLASSES


def scripts(emotion, share, num_frames=24, count=40):
    return [shown_labels(script_emotions(emotion, num_frames, share,
                                         np.random.default_rng(i)))
            for i in range(count)]


def test_shown_labels_by_hand():
    strength = np.zeros((4, 7))
    strength[1, 0] = .14  # too weak to be seen
    strength[2, 0], strength[2, 6] = .5, .4
    strength[3, 0], strength[3, 6] = .3, .4
    assert shown_labels(strength).tolist() == [NEUTRAL, NEUTRAL, 0, 6]


def test_distractor_share_by_hand():
    n = NEUTRAL
    # onset at frame 2, offset at frame 8: 3, 3, 4 of seven frames
    labels = np.array([n, 6, 0, 0, 3, 3, n, 4, 0, n])
    assert distractor_share(labels, 0) == pytest.approx(3 / 7)
    assert distractor_share(np.array([n, 3, n, n]), n) == .25


def test_plurality_by_hand():
    n = NEUTRAL
    assert is_plurality(np.array([n, n, n, 0, 0, 1]), 0)
    assert not is_plurality(np.array([0, 0, 1, 1]), 0)
    assert not is_plurality(np.array([n, 1, 1]), n)


@pytest.mark.parametrize('emotion', DFEW_CLASSES)
@pytest.mark.parametrize('num_frames', [8, 24, 48])
def test_own_emotion_leads(emotion, num_frames):
    own = DFEW_CLASSES.index(emotion)
    for labels in scripts(emotion, .45, num_frames, 25):
        count = Counter(labels.tolist())
        mine = count.pop(own)
        if emotion != 'neutral':
            count.pop(NEUTRAL, None)
        assert mine > max(count.values(), default=0)


@pytest.mark.parametrize('emotion', ['happy', 'fear'])
def test_share_of_distractors_follows_the_option(emotion):
    own = DFEW_CLASSES.index(emotion)
    for share in (0, .2, .4, .5):
        mean = np.mean([distractor_share(labels, own)
                        for labels in scripts(emotion, share, 36)])
        assert mean == pytest.approx(share, abs=.06)


def test_no_distractors_no_other_emotion():
    for labels in scripts('angry', 0):
        assert set(labels.tolist()) == {NEUTRAL, DFEW_CLASSES.index('angry')}


def test_strength_rises_and_falls():
    strength = script_emotions('sad', 48, 0, np.random.default_rng(1))[:, 1]
    assert strength[0] < .15 and strength[24] >= .6 and strength[-1] < .2
    step = np.sign(np.diff(strength))
    step = step[step != 0]
    assert np.count_nonzero(np.diff(step)) == 1  # up, then down, once

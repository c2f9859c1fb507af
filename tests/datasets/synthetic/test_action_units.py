# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.datasets.synthetic.action_units import (ACTION_UNITS,
                                                          AU_INDEX, PROTOTYPES,
                                                          blinks, envelope,
                                                          personal_prototype,
                                                          smoothstep, speech)
from aen_mmaction.emotions import DFEW_CLASSES


def test_prototypes_are_those_of_facs():
    always = {
        emotion: {au for au, (_, share) in units.items() if share == 1}
        for emotion, units in PROTOTYPES.items()
    }
    assert always == dict(
        happy={6, 12},
        sad={1, 4, 15},
        neutral=set(),
        angry={4, 7, 23},
        surprise={1, 2, 5, 25, 26},
        disgust={9, 10},
        fear={1, 2, 4, 5, 20, 25})
    assert set(PROTOTYPES) == set(DFEW_CLASSES)
    assert all(au in ACTION_UNITS for p in PROTOTYPES.values() for au in p)


@pytest.mark.parametrize('emotion', DFEW_CLASSES)
def test_people_differ_but_keep_the_prototype(emotion):
    people = np.stack([personal_prototype(emotion, np.random.default_rng(i))
                       for i in range(40)])
    assert people.shape == (40, len(ACTION_UNITS))
    assert 0 <= people.min() and people.max() <= 1
    for au, i in AU_INDEX.items():
        strength, share = PROTOTYPES[emotion].get(au, (0, 0))
        used = people[:, i] > 0
        assert used.mean() == pytest.approx(share, abs=.25)
        if share:
            assert people[used, i].min() >= .75 * strength
            assert people[used, i].std() > 0


def test_unknown_emotion_is_named():
    with pytest.raises(ValueError, match="'bored'.*'happy'"):
        personal_prototype('bored', np.random.default_rng(0))


def test_envelope_rises_holds_and_falls():
    # smoothstep(1/2) = 3/4 - 2/8 = 1/2
    assert envelope(np.arange(7.), 0, 2, 4, 6).tolist() == [
        0, .5, 1, 1, 1, .5, 0]
    # smoothstep(1/4) = 3/16 - 2/64 = 5/32
    assert smoothstep(np.array([-1, .25, 2])).tolist() == [0, 5 / 32, 1]


def test_speech_moves_the_mouth_only():
    moved = speech(np.arange(48.), np.random.default_rng(0))
    still = [i for au, i in AU_INDEX.items() if au not in (18, 25, 26)]
    assert np.all(moved[:, still] == 0)
    assert moved.min() >= 0 and .2 < moved[:, AU_INDEX[25]].max() <= .55


def test_blinks_are_short_and_rare():
    closed = np.concatenate([blinks(np.arange(300.), np.random.default_rng(i))
                             for i in range(10)])
    assert closed.min() >= 0 and .9 < closed.max() <= 1
    assert .01 < np.mean(closed > .3) < .1

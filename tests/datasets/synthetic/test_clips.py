# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.datasets.synthetic import render_clip, render_still


def test_clip_contract():
    clip = render_clip('disgust', (1, 2), (3, 4), 9, 32)
    assert clip.frames.shape == (9, 32, 32, 3)
    assert clip.frames.dtype == np.uint8
    assert clip.labels.shape == clip.intensities.shape == (9, )
    assert 0 <= clip.intensities.min() and clip.intensities.max() <= 1


def test_clip_depends_on_its_seeds_only():
    clip = render_clip('fear', (1, 2), (3, 4), 8, 32)
    same = render_clip('fear', (1, 2), (3, 4), 8, 32)
    np.testing.assert_array_equal(clip.frames, same.frames)
    other_person = render_clip('fear', (1, 3), (3, 4), 8, 32)
    other_clip = render_clip('fear', (1, 2), (3, 5), 8, 32)
    assert np.array_equal(clip.labels, other_person.labels)
    for other in (other_person, other_clip):
        apart = np.abs(clip.frames.astype(int) - other.frames).mean()
        assert apart > 8


def test_stills_of_an_emotion_differ_from_neutral():
    """Same person, same scene: only the expression changes the pixels."""
    def face(emotion):
        return render_still(emotion, (5, ), (6, ), 64).image.astype(int)
    still = render_still('surprise', (5, ), (6, ), 64)
    assert still.image.shape == (64, 64, 3) and still.label == 4
    assert .4 <= still.intensity <= 1
    assert render_still('neutral', (5, ), (6, ), 64).intensity == 0
    assert np.abs(face('surprise') - face('fear')).mean() > 1


@pytest.mark.parametrize('change, message', [
    (dict(emotion='bored'), "'bored'.*'happy'"),
    (dict(size=8), 'at least 16 pixels, got 8'),
    (dict(num_frames=7), 'at least 8 frames.*got 7'),
    (dict(share=.7), r'\[0, 0.6\], got 0.7'),
])
def test_bad_arguments_are_named(change, message):
    given = dict(emotion='happy', identity_seed=(0, ), clip_seed=(0, ),
                 num_frames=8, size=32, share=.4)
    with pytest.raises(ValueError, match=message):
        render_clip(**{**given, **change})

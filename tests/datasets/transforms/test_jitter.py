# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from PIL import Image

from aen_mmaction.datasets.transforms import GroupColorJitter, GroupRotate
from aen_mmaction.datasets.transforms.jitter import adjust, draw_adjustments


def grey(value=100):
    return np.full((6, 8, 3), value, dtype=np.uint8)


def sample(frames=4, seed=0):
    return dict(
        imgs=[grey() for _ in range(frames)], rng=np.random.default_rng(seed))


class Fixed:
    """A generator that always draws the same."""

    def __init__(self, share, integer=0):
        self.share, self.integer = share, integer

    def random(self):
        return 0.

    def uniform(self, low, high):
        return low + self.share * (high - low)

    def integers(self, count):
        return min(self.integer, count - 1)

    def permutation(self, count):
        return np.arange(count)


def test_brightness_is_a_factor_and_clips():
    # U(0.4, 1.6): lowest 0.4 * 100 = 40, highest 1.6 * 200 -> 255
    assert adjust(grey(), draw_adjustments(Fixed(0), .6, 0, 0, 0)).max() == 40
    bright = draw_adjustments(Fixed(1), .6, 0, 0, 0)
    assert adjust(grey(200), bright).min() == 255


def test_strengths_bound_the_draws():
    assert draw_adjustments(Fixed(1), 0, 0, 0, 0) == []
    found = dict(draw_adjustments(Fixed(0), .1, .2, 1.5, .3))
    assert found == dict(brightness=.9, contrast=.8, saturation=0., hue=-.3)


@pytest.mark.parametrize('per_frame', [False, True])
def test_one_draw_per_clip_or_per_frame(per_frame):
    jitter = GroupColorJitter(brightness=.6, per_frame=per_frame)
    levels = {img.mean() for img in jitter(sample(8))['imgs']}
    assert len(levels) > 4 if per_frame else len(levels) == 1


def test_probability():
    jitter = GroupColorJitter(brightness=.6, p=.25)
    changed = [jitter(sample(1, seed))['imgs'][0].mean() != 100
               for seed in range(400)]
    assert .18 < np.mean(changed) < .32
    unchanged = GroupRotate(4, 5, p=0)(dict(sample(), imgs=[grey(7)]))
    assert (unchanged['imgs'][0] == 7).all()


def test_same_seed_same_clip():
    jitter = GroupColorJitter(.3, .3, .3, .1, per_frame=True)
    first, again = (jitter(sample())['imgs'] for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize('step, share, integer, angle', [
    (None, .25, 0, -2.), (.5, 0, 0, -4.), (.5, 0, 3, -2.5), (.5, 0, 99, 4.)
])
def test_one_angle_for_all_frames(step, share, integer, angle):
    rng = np.random.default_rng(0)
    img = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    results = dict(imgs=[img, img.copy()], rng=Fixed(share, integer))
    rotated = GroupRotate(-4, 4, step=step)(results)['imgs']
    expected = np.array(Image.fromarray(img).rotate(angle))
    for frame in rotated:
        np.testing.assert_array_equal(frame, expected)
    assert (rotated[0] != img).any()


def test_prototype_has_22_angles():
    class Count(Fixed):

        def integers(self, count):
            self.count = count
            return 0

    rng = Count(0)
    GroupRotate(-5, 5.5, step=.5)(dict(imgs=[grey()], rng=rng))
    assert rng.count == 22  # -5, -4.5, ..., 5.5


def test_wrong_angles():
    with pytest.raises(ValueError, match='low <= high'):
        GroupRotate(4, -4)
    with pytest.raises(ValueError, match='positive step'):
        GroupRotate(-4, 4, step=0)

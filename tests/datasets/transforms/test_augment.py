# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from PIL import Image

from aen_mmaction.datasets.transforms import (GroupFlip, GroupRandomSizedCrop,
                                              GroupResize)
from aen_mmaction.datasets.transforms.augment import random_crop_box, resize


@pytest.fixture
def frames():
    rng = np.random.default_rng(0)
    img = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    return [img, 255 - img, img // 2]


def rng(seed=0):
    return np.random.default_rng(seed)


def oracle_box(height, width, draws):
    """One try of the rule, from the same draws; None when it does not fit."""
    area = draws.uniform(0.08, 1) * height * width
    aspect = draws.uniform(3 / 4, 4 / 3)
    size = [int(round((area * aspect)**.5)), int(round((area / aspect)**.5))]
    if draws.random() < .5:
        size.reverse()
    w, h = size
    if w > width or h > height:
        return None
    top = draws.integers(0, height - h, endpoint=True)
    left = draws.integers(0, width - w, endpoint=True)
    return top, left, h, w


@pytest.mark.parametrize('seed', range(30))
def test_crop_box_follows_the_rule(seed):
    draws, expected = rng(seed), None
    for _ in range(10):
        expected = oracle_box(40, 50, draws)
        if expected:
            break
    assert random_crop_box(40, 50, rng(seed)) == expected


def test_crop_boxes_stay_inside_and_vary():
    draws = rng()
    boxes = [random_crop_box(40, 50, draws) for _ in range(500)]
    boxes = np.array([box for box in boxes if box])
    top, left, h, w = boxes.T
    assert (top >= 0).all() and (top + h <= 40).all()
    assert (left >= 0).all() and (left + w <= 50).all()
    share = h * w / 2000
    assert share.min() < 0.12 and share.max() > 0.8
    aspect = w / h  # swapped or not: the range is its own inverse
    assert aspect.min() > 0.65 and aspect.max() < 1.55
    assert (aspect < 0.9).any() and (aspect > 1.1).any()


def test_no_fitting_box():
    """A strip 2 high cannot hold 50 % of the area at aspect near 1."""
    assert random_crop_box(2, 100, rng(), (0.5, 1.0)) is None


def test_crop_is_the_same_in_every_frame(frames):
    box = random_crop_box(40, 50, rng(5))
    out = GroupRandomSizedCrop(16)(dict(imgs=frames, rng=rng(5)))
    top, left, h, w = box
    for got, img in zip(out['imgs'], frames):
        expected = Image.fromarray(img).crop(
            (left, top, left + w, top + h)).resize((16, 16), Image.BILINEAR)
        np.testing.assert_allclose(got, np.asarray(expected, int), atol=2)
    assert out['img_shape'] == (16, 16)


def test_fallback_scales_the_short_side():
    """4 x 200 px, size 8: scaled by 2 to 8 x 400, then 8 x 8 cut out."""
    img = np.zeros((4, 200, 3), np.uint8)
    img[:, :, 0] = np.arange(200)
    out = GroupRandomSizedCrop(8, area_range=(0.9, 1.0))(
        dict(imgs=[img, img], rng=rng(1)))
    first, second = out['imgs']
    np.testing.assert_array_equal(first, second)
    assert first.shape == (8, 8, 3)
    assert first[0, :, 0].max() - first[0, :, 0].min() in (3, 4)


def test_frames_of_two_sizes_are_refused(frames):
    with pytest.raises(ValueError, match='clip 9 .*one size.*GroupResize'):
        GroupRandomSizedCrop(16)(
            dict(imgs=[frames[0], frames[0][1:]], rng=rng(), clip_id='9'))


def test_flip_all_or_none(frames):
    seen = set()
    for seed in range(20):
        out = GroupFlip()(dict(imgs=frames, rng=rng(seed)))
        for got, img in zip(out['imgs'], frames):
            expected = img[:, ::-1] if out['flip'] else img
            np.testing.assert_array_equal(got, expected)
        seen.add(out['flip'])
    assert seen == {True, False}
    assert not GroupFlip(p=0)(dict(imgs=frames, rng=rng()))['flip']
    assert GroupFlip(p=1)(dict(imgs=frames, rng=rng()))['flip']


def test_flip_literal():
    img = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    out = GroupFlip(p=1)(dict(imgs=[img], rng=rng()))['imgs'][0]
    assert out.tolist() == [[[3, 4, 5], [0, 1, 2]]]


def test_resize_ignores_the_aspect(frames):
    out = GroupResize(12)(dict(imgs=frames))
    assert [img.shape for img in out['imgs']] == [(12, 12, 3)] * 3
    flat = np.full((5, 9, 3), 77, np.uint8)
    assert (GroupResize(4)(dict(imgs=[flat]))['imgs'][0] == 77).all()


@pytest.mark.parametrize('size', [(16, 16), (9, 50), (80, 70)])
def test_resizing_is_that_of_pil(frames, size):
    """Smaller (which must antialias, here noise), larger, and one axis."""
    for got, img in zip(resize(frames, *size), frames):
        expected = Image.fromarray(img).resize(size[::-1], Image.BILINEAR)
        apart = abs(got.astype(int) - np.asarray(expected))
        assert apart.max() <= 2 and apart.mean() < .2
        assert got.shape == (*size, 3) and got.flags['C_CONTIGUOUS']


def test_resizing_frames_of_several_sizes(frames):
    mixed = [frames[0], frames[0][:30]]
    together = resize(mixed, 8, 8)
    for got, img in zip(together, mixed):
        np.testing.assert_array_equal(got, resize([img], 8, 8)[0])


def test_same_seed_same_pixels(frames):
    first, again, other = (GroupRandomSizedCrop(16)(
        dict(imgs=frames, rng=rng(seed)))['imgs'][0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()

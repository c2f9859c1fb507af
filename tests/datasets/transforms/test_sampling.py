# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import random

import numpy as np
import pytest

from aen_mmaction.datasets.transforms import SampleSegmentFrames, sampling

LENGTHS = (7, 9, 15, 16, 17, 24, 25, 40, 144)


def expand(offsets, n):
    """An offset p yields p and min(p + 1, n - 1)."""
    frames = []
    for p in offsets:
        frames += [p, min(p + 1, n - 1)]
    return frames


def oracle_train(n, draw):
    """Training rule for 8 x 2; ``draw(low, high)`` includes both ends."""
    d = (n - 2 + 1) // 8
    if d > 0:
        return [i * d + draw(0, d - 1) for i in range(8)]
    if n > 8:
        return sorted(draw(0, n - 2) for _ in range(8))
    return [0] * 8


def oracle_test(n):
    if n > 8 + 2 - 1:
        tick = (n - 2 + 1) / 8
        return [int(tick / 2 + tick * i) for i in range(8)]
    return [0] * 8


@pytest.mark.parametrize('n', LENGTHS)
def test_train_rule(n):
    sample = SampleSegmentFrames()
    for seed in range(20):
        draws = np.random.default_rng(seed)
        expected = expand(
            oracle_train(n, lambda a, b: int(draws.integers(a, b + 1))), n)
        got = sample(dict(total_frames=n, rng=np.random.default_rng(seed)))
        assert got['frame_inds'].tolist() == expected


@pytest.mark.parametrize('n', LENGTHS)
def test_test_rule(n):
    got = SampleSegmentFrames(test_mode=True)(dict(total_frames=n))
    assert got['frame_inds'].tolist() == expand(oracle_test(n), n)


def test_every_place_of_the_train_rule_is_drawn():
    """n = 40: d = 39 // 8 = 4, so segment i draws from 4 i .. 4 i + 3."""
    rng = np.random.default_rng(0)
    seen = [sampling.train_offsets(40, 8, 2, rng) for _ in range(300)]
    for i, column in enumerate(np.transpose(seen)):
        assert set(column) == set(range(4 * i, 4 * i + 4))


def test_forty_frames_as_the_docstring_prints():
    got = SampleSegmentFrames(test_mode=True)(dict(total_frames=40))
    inds = got['frame_inds'].tolist()
    assert inds == [
        2, 3, 7, 8, 12, 13, 17, 18, 21, 22, 26, 27, 31, 32, 36, 37
    ]
    assert str(inds) in SampleSegmentFrames.__doc__
    assert got['clip_len'] == 16 and got['num_clips'] == 1


def test_sixteen_frames():
    rng = np.random.default_rng(0)
    train = SampleSegmentFrames()(dict(total_frames=16, rng=rng))
    assert train['frame_inds'].tolist() == [
        0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8
    ]  # only the first half
    test = SampleSegmentFrames(test_mode=True)(dict(total_frames=16))
    full = SampleSegmentFrames(span='full')(dict(total_frames=16, rng=rng))
    assert test['frame_inds'].tolist() == list(range(16))
    assert full['frame_inds'].tolist() == list(range(16))


@pytest.mark.parametrize('n', (1, 2) + LENGTHS)
def test_full_span(n):
    """Each snippet begins in its own segment; the last frame is reached."""
    sample, rng, last = SampleSegmentFrames(span='full'), random.Random(0), 0
    for _ in range(200):
        inds = sample(
            dict(
                total_frames=n,
                rng=np.random.default_rng(rng.randrange(2**31))))['frame_inds']
        assert inds.min() >= 0 and inds.max() < n
        for i, p in enumerate(inds[::2]):
            low, high = i * n // 8, (i + 1) * n // 8 - 1
            assert low <= p <= max(low, high - 1)
        last = max(last, inds.max())
    assert last == n - 1


def test_other_sizes():
    """S = 4, L = 3 at n = 6: span 4, d = 1, offsets 0, 1, 2, 3."""
    sample = SampleSegmentFrames(num_segments=4, snippet_len=3)
    inds = sample(dict(total_frames=6, rng=np.random.default_rng(0)))
    assert inds['frame_inds'].tolist() == [
        0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5
    ]
    # S = 2, L = 5 at n = 4: more frames than segments, none to spare
    sample = SampleSegmentFrames(num_segments=2, snippet_len=5)
    inds = sample(dict(total_frames=4, rng=np.random.default_rng(0)))
    assert inds['frame_inds'].tolist() == [0, 1, 2, 3, 3] * 2


def test_without_rng_numpy_global_state_decides():
    sample = SampleSegmentFrames()
    np.random.seed(3)
    first = sample(dict(total_frames=144))['frame_inds'].tolist()
    second = sample(dict(total_frames=144))['frame_inds'].tolist()
    np.random.seed(3)
    again = sample(dict(total_frames=144))['frame_inds'].tolist()
    assert first == again != second


def test_bad_input():
    with pytest.raises(ValueError, match='clip 7: expected at least 1 frame'):
        SampleSegmentFrames()(dict(total_frames=0, clip_id='7'))
    with pytest.raises(ValueError, match="span: .*'former-dfer'"):
        SampleSegmentFrames(span='all')
    with pytest.raises(ValueError, match='at least 1, got 0 and 2'):
        SampleSegmentFrames(num_segments=0)

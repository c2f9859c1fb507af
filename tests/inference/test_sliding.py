# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import numpy as np
import pytest

from aen_mmaction.inference import SlidingWindow, build_scorer, slide


class Counting:
    """A scorer whose state of a frame is the frame; it counts."""

    def __init__(self, offsets=(1, 2, 4, 5)):
        self.encoded, self.windows = [], []
        self.pipeline = SimpleNamespace(
            frame_inds=lambda n: np.minimum(offsets, n - 1))

    def encode(self, frames):
        self.encoded.extend(frames)
        return list(frames)

    def score(self, windows):
        self.windows.extend(windows)
        return dict(pred_score=np.array(windows))


def feed(*indices):
    """The frame with index i is i; negative ones have no face."""
    return [(abs(i), i if i >= 0 else None) for i in indices]


def test_each_frame_is_encoded_once_and_a_window_costs_one():
    scorer = Counting()
    live = SlidingWindow(scorer, window=7)
    costs, windows = [], []
    for item in feed(*range(10)):
        before = len(scorer.encoded)
        windows += live.push([item])
        costs.append(len(scorer.encoded) - before)
    assert costs == [0, *[1] * 9]  # no window looks at the first frame
    assert scorer.windows == [[s + o for o in (1, 2, 4, 5)] for s in range(5)]
    assert [(w.start, w.stop, w.coverage) for w in windows] == [
        (s, s + 7, 1) for s in range(5)]
    np.testing.assert_array_equal(windows[3].scores['pred_score'],
                                  [4, 5, 7, 8])


def test_a_frame_held_longer_is_encoded_once():
    """As frames of a live source are, between which others were dropped."""
    scorer, held, last = Counting(), 1000, 2000
    live = SlidingWindow(scorer, window=7)
    for frames in ([(0, 3000), (1, held)], [(2, held), (3, held), (4, last)],
                   [(5, last), (6, last)]):
        windows = live.push(frames)
    assert scorer.encoded == [held, last]
    assert scorer.windows == [[held, held, last, last],
                              [held, held, last, last]]
    assert [w.coverage for w in windows] == [1, 1]


def test_frames_that_no_window_looks_at_are_not_encoded():
    scorer = Counting()
    windows = list(slide(scorer, feed(*range(20)), window=7, stride=6))
    assert [w.start for w in windows] == [0, 6, 12]
    # offsets 1, 2, 4, 5 of the windows at 0, 6, 12 and of the one at 18,
    # whose frame 19 has come already
    assert scorer.encoded == [1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19]


@pytest.mark.parametrize('chunk', [1, 3, 64])
def test_chunks_change_nothing(chunk):
    frames = feed(*range(5, 12), -12, -13, *range(14, 30))
    found = list(slide(Counting(), frames, 7, 2, chunk=chunk))
    expected = list(slide(Counting(), frames, 7, 2))
    for a, b in zip(found, expected, strict=True):
        assert a[:2] == b[:2] and a.coverage == b.coverage
        np.testing.assert_array_equal(a.frame_inds, b.frame_inds)


def test_windows_start_with_the_track():
    first = next(slide(Counting(), feed(*range(100, 110)), 7))
    assert (first.start, first.frame_inds.tolist()) == (
        100, [101, 102, 104, 105])


def test_missing_faces_are_replaced_by_the_nearest_of_the_window():
    window, = slide(Counting(), feed(0, 1, -2, 3, -4, 5), 7)
    assert window.frame_inds.tolist() == [1, 1, 5, 5]
    assert window.coverage == .5


def test_windows_with_too_few_faces_are_not_scored():
    scorer = Counting()
    windows = list(slide(scorer, feed(0, 1, -2, -3, -4, 5, 6, 7, 8), 7,
                         min_coverage=.75))
    # sampled: 1 - - 5, - - 5 6, - - 6 7, - 5 7 8
    assert [w.coverage for w in windows] == [.5, .5, .5, .75]
    assert [w.scores is None for w in windows] == [True] * 3 + [False]
    assert scorer.windows == [[5, 5, 7, 8]]


def test_left_out_indices_are_missing_faces():
    dropped = list(slide(Counting(), feed(0, 1, 2, 5, 6, 9, 10), 7))
    missing = list(slide(Counting(), feed(0, 1, 2, -3, -4, 5, 6, -7, -8, 9,
                                          10), 7))
    assert len(dropped) == 6
    for a, b in zip(dropped, missing, strict=True):
        np.testing.assert_array_equal(a.frame_inds, b.frame_inds)


@pytest.mark.parametrize('length', [1, 3, 5])
def test_a_track_too_short_is_one_window(length):
    window, = slide(Counting(), feed(*range(7, 7 + length)), 7)
    assert (window.start, window.stop) == (7, 7 + length)
    assert window.frame_inds.tolist() == [
        7 + min(o, length - 1) for o in (1, 2, 4, 5)]


def test_a_track_without_a_face_gives_nothing():
    assert list(slide(Counting(), feed(-1, -2, -3), 7)) == []
    assert list(slide(Counting(), [], 7)) == []


def test_memory_stays_flat():
    live = SlidingWindow(Counting(), window=7, stride=2)
    sizes = []
    for item in feed(*range(200)):
        live.push([item])
        sizes.append(len(live._states) + len(live._early))
    assert max(sizes[100:]) <= 7


def test_indices_ascend():
    live = SlidingWindow(Counting(), 7)
    live.push(feed(3))
    with pytest.raises(ValueError, match='frame 3 came after frame 3'):
        live.push(feed(3))


@pytest.mark.parametrize('wrong', [
    dict(window=0), dict(window=7, stride=0), dict(window=7, min_coverage=0)])
def test_wrong_numbers(wrong):
    with pytest.raises(ValueError, match=[*wrong][-1]):
        SlidingWindow(Counting(), **wrong)


@pytest.mark.parametrize('name', ['aen', 'former', 'gca'])
def test_live_offline_and_whole_clips_agree(name, loaded, faces):
    frames = list(enumerate(faces(30)))
    scorer = build_scorer(loaded(name))
    offline = list(slide(scorer, frames, window=24, stride=2))
    live = SlidingWindow(build_scorer(loaded(name)), window=24, stride=2)
    online = [w for frame in frames for w in live.push([frame])]
    assert len(offline) == len(online) == 4
    for a, b in zip(offline, online):
        assert a.frame_inds.tolist() == b.frame_inds.tolist()
        clip = [frames[i][1] for i in a.frame_inds]
        whole = scorer.score([scorer.encode(clip)])
        for key, value in a.scores.items():
            np.testing.assert_allclose(value, b.scores[key], atol=1e-5)
            np.testing.assert_allclose(value, whole[key][0], atol=1e-5)

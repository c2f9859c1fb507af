# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Faces are squares of colours: red with a white half, and so on."""
import numpy as np
import pytest

from aen_mmaction.faces import Face, FaceSettings, Tracker

SETTINGS = FaceSettings('none')
SIDE = 40


def paint(*people, width=400):
    """Frame with people (left, top, seed) on grey; their faces."""
    frame = np.full((120, width, 3), 128, np.uint8)
    faces = []
    for left, top, seed in people:
        rng = np.random.default_rng(seed)
        look = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        frame[top:top + SIDE, left:left + SIDE] = look.repeat(
            10, 0).repeat(10, 1)
        corner = np.array([left, top])
        unit = np.array([(0, 0), (1, 0), (0, 1), (1, 1), (.5, .5)])
        box = np.float32([left, top, left + SIDE, top + SIDE])
        faces.append(Face(box, 1., np.float32(corner + unit * SIDE - .5)))
    return frame, faces


def ids(tracker, index, *people, hidden=False):
    frame, faces = paint(*people)
    return [i for i, _ in tracker.update(index, frame,
                                         [] if hidden else faces)]


def test_two_people_whatever_their_order():
    tracker = Tracker(SETTINGS)
    assert ids(tracker, 0, (10, 10, 1), (200, 10, 2)) == [1, 2]
    assert ids(tracker, 1, (204, 10, 2), (14, 10, 1)) == [2, 1]
    assert ids(tracker, 2, (16, 12, 1)) == [1]


@pytest.mark.parametrize('back', [False, True])
def test_crossing_while_unseen_for_ten_frames(back):
    tracker = Tracker(SETTINGS)
    seen = []
    for t in range(40):
        x = 5 * t if not back or t < 20 else 5 * (39 - t)
        seen.append(ids(tracker, t, (100 + x, 10, 1), (290 - x, 20, 2),
                        hidden=14 <= t < 24))
    # at t = 19 they are at 195: going on they have crossed, turning not
    assert seen[:14] == [[1, 2]] * 14
    assert seen[24:] == [[1, 2]] * 16


def test_lost_for_too_long_is_another():
    tracker = Tracker(SETTINGS, max_lost=3)
    assert ids(tracker, 0, (10, 10, 1)) == [1]
    assert ids(tracker, 4, (10, 10, 1)) == [1]  # 1, 2, 3 were missed
    assert ids(tracker, 9, (10, 10, 1)) == [2]  # 5, 6, 7, 8 were


def test_cut_to_another_person_in_the_same_place():
    tracker = Tracker(SETTINGS)
    assert ids(tracker, 0, (10, 10, 1)) == [1]
    assert ids(tracker, 1, (10, 10, 2)) == [2]


def test_too_far_is_another():
    tracker = Tracker(SETTINGS)
    assert ids(tracker, 0, (10, 10, 1)) == [1]
    assert ids(tracker, 1, (90, 10, 1)) == [2]  # two faces' widths


def test_no_face_and_wrong_option():
    tracker = Tracker(SETTINGS)
    assert ids(tracker, 0) == []
    with pytest.raises(ValueError, match='max_lost: expected 0 or more'):
        Tracker(SETTINGS, max_lost=-1)

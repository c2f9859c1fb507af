# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import dlib
import numpy as np
import pytest

from aen_mmaction.faces import FaceSettings, align_face
from aen_mmaction.faces.alignment import similarity, target_points
from aen_mmaction.faces.detectors import build_detector

SQUARE = np.array([(0., 0.), (2., 0.), (0., 2.), (2., 2.), (1., 1.)])


def test_a_quarter_turn_twice_the_size():
    # (x, y) -> 2 (-y, x) + (10, 20)
    target = np.stack([10 - 2 * SQUARE[:, 1], 20 + 2 * SQUARE[:, 0]], -1)
    matrix = similarity(SQUARE, target)
    np.testing.assert_allclose(matrix, [[0, -2, 10], [2, 0, 20]], atol=1e-12)


def test_least_squares_against_numpy():
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(2, 5, 2))
    # x' = a x - b y + c, y' = b x + a y + d, solved for (a, b, c, d)
    x, y = source.T
    one, zero = np.ones(5), np.zeros(5)
    rows = np.vstack([
        np.stack([x, -y, one, zero], -1),
        np.stack([y, x, zero, one], -1)
    ])
    a, b, c, d = np.linalg.lstsq(rows, target.T.ravel(), rcond=None)[0]
    np.testing.assert_allclose(
        similarity(source, target), [[a, -b, c], [b, a, d]], atol=1e-9)


def test_points_that_are_one():
    with pytest.raises(ValueError, match='expected distinct finite points'):
        similarity(np.ones((5, 2)), SQUARE)


def test_margin_by_hand():
    # margin 0.5: the unit square is the middle half of 40 pixels, 10 to 30;
    # dlib's nose at x 0.4901: 10 + 0.4901 * 20 - 0.5
    points = target_points(FaceSettings('dlib', margin=.5, size=40))
    assert points[4, 0] == pytest.approx(19.302, abs=1e-3)


@pytest.mark.parametrize('side', [20, 40, 137, 400])
def test_whole_frame_is_resized(side):
    settings = FaceSettings('none', size=40)
    ramp = np.linspace(0, 255, side)
    frame = np.uint8(np.stack(np.broadcast_arrays(
        ramp[None], ramp[:, None], 128), -1).round())
    face, = build_detector(settings)(frame)
    out = align_face(frame, face.landmarks, settings)
    assert out.shape == (40, 40, 3) and out.dtype == np.uint8
    # pixel k covers [k, k + 1) of 40, so the ramp's value at its centre
    value = ((np.arange(40) + .5) / 40 * side - .5) / (side - 1) * 255
    inner = slice(1, -1)
    np.testing.assert_allclose(out[20, inner, 0], value[inner], atol=1.6)
    np.testing.assert_allclose(out[inner, 20, 1], value[inner], atol=1.6)


def test_fine_stripes_shrink_to_grey():
    # every second column white: aliasing would show stripes
    frame = np.zeros((320, 320, 3), np.uint8)
    frame[:, ::2] = 255
    settings = FaceSettings('none', size=32)
    face, = build_detector(settings)(frame)
    out = align_face(frame, face.landmarks, settings)[2:-2, 2:-2]
    assert out.std() < 3 and abs(out.mean() - 127.5) < 3


def test_same_as_dlib_own_chip(portrait, detectors):
    face, = detectors['dlib'](portrait)
    parts = [dlib.point(int(x), int(y)) for x, y in face.landmarks]
    whole = dlib.full_object_detection(
        dlib.rectangle(0, 0, 1, 1), dlib.points(parts))
    chip = dlib.get_face_chip(portrait, whole, 96, .25)
    ours = align_face(portrait, face.landmarks, FaceSettings('dlib', .25, 96))
    # dlib smooths a pyramid first: a few grey levels in the mean
    assert np.abs(chip.astype(float) - ours).mean() < 4


def test_both_detectors_cut_nearly_the_same_face(portrait, detectors):
    # where dlib's points go in the two crops of 96 pixels
    points = {name: detect(portrait)[0].landmarks
              for name, detect in detectors.items()}
    places = []
    for name in ('dlib', 'centerface'):
        matrix = similarity(points[name],
                            target_points(FaceSettings(name, size=96)))
        places.append(points['dlib'] @ matrix[:, :2].T + matrix[:, 2])
    assert np.abs(places[0] - places[1]).max() < 5


@pytest.mark.parametrize('frame, landmarks, message', [
    (np.zeros((8, 8)), SQUARE, r'expected uint8 \(H, W, 3\)'),
    (np.zeros((8, 8, 3)), SQUARE, 'float64'),
    (np.zeros((8, 8, 3), np.uint8), SQUARE[:4], r'expected \(5, 2\)'),
])
def test_wrong_shapes(frame, landmarks, message):
    with pytest.raises(ValueError, match=message):
        align_face(frame, landmarks, FaceSettings('none'))

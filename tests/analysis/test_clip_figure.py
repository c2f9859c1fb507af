# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np
import pytest

from aen_mmaction.analysis.clip_figure import EMOTION_COLORS, plot_clip
from aen_mmaction.analysis.timeline import ClipTimeline
from aen_mmaction.emotions import DFEW_CLASSES


def mask(image, color):
    """Where a picture has an RGB colour given as '#rrggbb'."""
    rgb = [int(color[i:i + 2], 16) for i in (1, 3, 5)]
    return (image == rgb[::-1]).all(-1)  # OpenCV reads BGR


def test_every_emotion_has_a_colour_of_its_own():
    assert set(EMOTION_COLORS) == set(DFEW_CLASSES)
    assert len(set(EMOTION_COLORS.values())) == 7


@pytest.mark.parametrize('num_frames', [2, 7, 30])
def test_guide_above_clip_below_in_the_emotions_colours(tmp_path, num_frames):
    """The guide sees sadness, the clip is happy: one chart of each colour."""
    sad, happy = (np.eye(7)[[i] * num_frames] for i in (1, 0))
    frames = np.zeros((num_frames, 8, 8, 3), np.uint8)
    frames[..., 0] = 255  # red in RGB
    timeline = ClipTimeline('1', 0, frames, sad, happy)
    path = tmp_path / 'clip.png'
    plot_clip(timeline, DFEW_CLASSES, path, 'drawn face')
    image = cv2.imread(str(path))
    charts = [
        mask(image, color) for color in ('#ff0000', EMOTION_COLORS['sad'],
                                         EMOTION_COLORS['happy'])
    ]
    assert all(chart.mean() > .05 for chart in charts)
    heights = [np.nonzero(chart)[0].mean() for chart in charts]
    assert heights == sorted(heights)  # strip, guide, clip from the top

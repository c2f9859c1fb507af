# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np

from aen_mmaction.analysis.gradcam_figure import (ClipHeat, clip_frames,
                                                  draw_clip_heat, explain_clip)
from aen_mmaction.analysis.result_figures import (Strip, draw_alpha,
                                                  draw_run_confusions,
                                                  draw_strips)
from aen_mmaction.emotions import DFEW_CLASSES

FRAMES = np.zeros((4, 8, 8, 3), np.uint8)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_confusions_of_two_runs(make_run):
    """Emotions above, groups below; folds pooled, rates their mean."""
    runs = [make_run('a', ([0, 1], [0, 1], 'ab'), ([1], [3], 'c')),
            make_run('b', ([0, 1], [4, 1]))]
    figure = draw_run_confusions(runs)
    assert [axes.get_title() for axes in figure.axes] == [
        'a: WAR 50.00, UAR 50.00', 'b: WAR 50.00, UAR 50.00',
        'groups: WAR 100.00, UAR 100.00', 'groups: WAR 100.00, UAR 100.00']
    assert texts(figure.axes[0])[7 + 1] == '50.0 %\n1'  # sad as sad
    assert texts(figure.axes[0])[7 + 3] == '50.0 %\n1'  # sad as angry
    assert texts(figure.axes[2])[-1] == '100.0 %\n2'


def test_alpha_has_both_lines():
    curve = dict(alpha=[0, .5, 1], WAR=[1, 2, 3], WAR3=[4, 5, 6])
    axes, = draw_alpha(curve, 'at test').axes
    assert [list(line.get_ydata()) for line in axes.lines] == [[4, 5, 6],
                                                               [1, 2, 3]]


def test_strip_names_what_each_frame_shows():
    probs = np.eye(7)[[0, 5, 0, 2]]
    strip = Strip('00007', 0, FRAMES, probs, np.array([0, 3, 6, 9]))
    figure = draw_strips([strip, strip], DFEW_CLASSES, 'drawn')
    assert len(figure.axes) == 8
    seen = [axes.texts[0].get_text().split('\n')[0]
            for axes in figure.axes[:4]]
    assert seen == ['happy', 'disgust', 'happy', 'neutral']
    assert figure.axes[0].texts[1].get_text() == 'happy\n00007'
    assert [axes.get_title() for axes in figure.axes[:4]] == [
        '1', '4', '7', '10']


def test_heat_rows_and_weights():
    heats = [np.ones((4, 8, 8)), np.zeros((4, 8, 8))]
    clip = ClipHeat('7', 0, 1, .5, FRAMES, heats,
                    [np.full(4, .25), np.full(2, .5)],
                    np.array([.1, .2, .3, .4]))
    figure = draw_clip_heat(clip, DFEW_CLASSES)
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ['frames', 'level 1 (top)', 'level 0',
                      "heat / clip's mean", "guide's probability"]
    assert 'labelled "happy", predicted "sad" (50 %)' in (
        figure.axes[0].get_title(loc='left'))
    chart, bars = figure.axes[3:]
    assert [list(line.get_ydata()) for line in chart.lines[:2]] == [
        [1] * 4, [1] * 4]  # evenly spread over 4 frames and over 2
    assert [bar.get_height() for bar in bars.patches] == [.1, .2, .3, .4]
    without = draw_clip_heat(clip._replace(frame_weights=None), DFEW_CLASSES,
                             max_frames=2)
    assert len(without.axes) == 4


def test_a_recognizer_explained(build, memory_set):
    model, data = build(), memory_set([5, 6])
    clip = explain_clip(model, data, 1)
    assert (clip.clip_id, clip.label) == ('00001', 6)
    assert 1 / 7 <= clip.score <= 1 and clip.frame_weights is None
    assert [h.shape for h in clip.heats] == [(4, 32, 32)] * 3
    assert all(abs(s.sum() - 1) < 1e-6 for s in clip.shares)
    np.testing.assert_array_equal(
        clip.frames, data.clips[1].permute(0, 2, 3, 1))
    video = data.clips[1].transpose(0, 1)[None]  # (1, 3, T, H, W)
    np.testing.assert_array_equal(clip_frames(video), clip.frames)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np

from aen_mmaction.analysis.report_charts import (confident_mistakes,
                                                 draw_calibration,
                                                 draw_class_bars,
                                                 draw_confusions,
                                                 draw_contact_sheet,
                                                 draw_curves)

from .conftest import make_test


def test_surest_mistakes_first():
    test = make_test([0, 1, 2, 3, 4], [0, 2, 3, 4, 5],
                     sure=[.99, .5, .8, .5, .9])
    assert confident_mistakes(test) == [4, 2, 1, 3]
    assert confident_mistakes(test, 2) == [4, 2]
    assert confident_mistakes(make_test([0, 1], [0, 1])) == []


def test_bars_with_wilson_intervals_and_no_bar_for_no_clip():
    """3 of 4 happy: 75 %, Wilson 30.1 to 95.4 (Wilson 1927)."""
    axes, = draw_class_bars(make_test([0, 0, 0, 0, 1], [0, 0, 0, 1, 1])).axes
    assert [bar.get_width() for bar in axes.patches] == [75, 100]
    low, high = axes.collections[0].get_segments()[0][:, 0]
    np.testing.assert_allclose((low, high), (30.06, 95.44), atol=.01)
    notes = [text.get_text() for text in axes.texts]
    assert notes[0] == '75.0 %   3 of 4'
    assert notes.count('no clip in this test') == 5
    assert axes.lines[-1].get_xdata()[0] == 87.5  # UAR


def test_calibration_and_confusions():
    test = make_test([0, 0, 0, 1], [0, 0, 1, 1], sure=[.85, .85, .85, .45])
    axes, below = draw_calibration(test).axes
    assert [bar.get_height() for bar in axes.patches] == [
        100, 200 / 3] or np.allclose(
            [bar.get_height() for bar in axes.patches], [100, 200 / 3])
    assert 'error 27.5 %' in axes.get_title()  # (3 * .1833 + .55) / 4
    assert sum(bar.get_height() for bar in below.patches) == 4
    assert [a.get_title() for a in draw_confusions(test).axes] == [
        'emotions', 'groups']


def test_curves():
    rows = [dict(iter=i, epoch=(i + 1) // 2, step=i, loss=2. / i, loss_mc=1.,
                 lr=.1) for i in (1, 2, 3, 4)]
    assert len(draw_curves(rows).axes) == 2
    rows.append({'step': 2, 'dfer/WAR': 50., 'dfer/recall_sad': 3.})
    losses, rate, tests = draw_curves(rows).axes
    assert [line.get_label() for line in losses.lines] == ['loss', 'loss_mc']
    assert list(losses.lines[0].get_xdata()) == [.5, 1, 1.5, 2]  # epochs
    assert list(tests.lines[0].get_ydata()) == [50]
    assert draw_curves([]) is None
    assert draw_curves([dict(step=0, WAR=1)]) is None


def test_contact_sheet():
    clips = [np.zeros((3, 4, 4, 3), np.uint8)] * 2
    figure = draw_contact_sheet(clips, ['one', 'two'])
    assert [a.get_title(loc='left') for a in figure.axes] == ['one', 'two']
    assert figure.axes[0].images[0].get_array().shape == (4, 32, 3)

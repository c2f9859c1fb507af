# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.inference.windows import (TimeGrid, grid_rate, is_needed,
                                            nearest_present, seconds_to_frames)


@pytest.mark.parametrize('seconds, fps, frames', [
    (1.6, 25, 40), (2, 29.97, 60), (.001, 25, 1)])
def test_seconds_to_frames(seconds, fps, frames):
    assert seconds_to_frames(seconds, fps) == frames


@pytest.mark.parametrize('wrong', [(0, 25), (1, 0), (-1, 25),
                                   (float('nan'), 25)])
def test_durations_are_above_0(wrong):
    with pytest.raises(ValueError, match='above 0'):
        seconds_to_frames(*wrong)


@pytest.mark.parametrize('stride', [1, 2, 3, 7])
def test_is_needed_against_all_windows(stride):
    offsets = [1, 2, 6]
    looked_at = {m * stride + o for m in range(50) for o in offsets}
    assert [i for i in range(40) if is_needed(i, offsets, stride)] == sorted(
        i for i in looked_at if i < 40)


def test_nearest_present():
    inds = [2, 3, 7, 8, 9]
    assert nearest_present(inds, [1] * 5).tolist() == inds
    # 3 is as near to 2 as to 4; the earlier is taken
    assert nearest_present([2, 3, 4], [1, 0, 1]).tolist() == [2, 2, 4]
    assert nearest_present(inds, [0, 0, 0, 1, 0]).tolist() == [8] * 5
    assert nearest_present([2, 2, 9], [0, 0, 1]).tolist() == [9, 9, 9]


def test_grid_of_a_constant_rate_is_the_frames():
    times = [round(i / 29.97, 3) for i in range(3000)]  # as in a Matroska file
    assert grid_rate(times) == pytest.approx(29.97, rel=1e-5)
    grid = TimeGrid(grid_rate(times))
    for i, seconds in enumerate(times):
        held, own = grid.place(seconds)
        assert not held and own == range(i, i + 1)


def test_grid_of_a_variable_rate():
    """Ten frames of 0.1 s, two of 0.3 s: ten positions a second."""
    times = [i / 10 for i in range(10)] + [1.2, 1.5]
    assert grid_rate(times) == pytest.approx(10)
    grid = TimeGrid(10)
    placed = [grid.place(seconds) for seconds in times]
    assert placed[9] == (range(9, 9), range(9, 10))
    # 1.0 is nearer to the frame at 0.9, 1.1 to that at 1.2
    assert placed[10] == (range(10, 11), range(11, 13))
    assert placed[11] == (range(13, 14), range(14, 16))


def test_grid_passes_over_frames_between_positions():
    grid = TimeGrid(10)
    own = [list(grid.place(seconds)[1]) for seconds in (0, .04, .08, .12, .2)]
    assert own == [[0], [], [1], [], [2]]


def test_no_frame_stands_for_more_than_a_second():
    grid = TimeGrid(10)
    grid.place(0)
    assert grid.place(10.) == (range(1, 11), range(90, 101))


def test_no_time_passes():
    assert grid_rate([0.]) is None and grid_rate([1., 1.]) is None

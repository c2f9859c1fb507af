# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.inference.windows import (is_needed, nearest_present,
                                            seconds_to_frames)


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

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.faces import Face, FaceSettings, build_detector
from aen_mmaction.faces.survey import Survey, survey_video


def face(left, top, side):
    box = np.float32([left, top, left + side, top + side])
    return Face(box, 1., np.zeros((5, 2), np.float32))


@pytest.mark.parametrize('rule, chosen', [('largest', 1), ('central', 2)])
def test_rules(rule, chosen):
    # 100 x 200: a large face in the corner, a small one in the middle
    tracks = {1: {0: face(0, 0, 40), 1: face(0, 0, 40)},
              2: {0: face(90, 40, 20), 1: face(90, 40, 20)}}
    survey = Survey(tracks=tracks, shape=(100, 200))
    assert survey.choose(rule) is tracks[chosen]


def test_staying_long_counts():
    # 3 x 20 x 20 = 1200 against 1 x 30 x 30 = 900
    tracks = {1: {5: face(0, 0, 30)},
              2: {i: face(50, 0, 20) for i in range(3)}}
    assert Survey(tracks=tracks, shape=(99, 99)).choose('largest') is tracks[2]


def test_no_face():
    assert Survey(shape=(10, 10)).choose('largest') is None


def test_video_of_whole_frames(tmp_path, make_video, make_shades):
    settings = FaceSettings('none')
    survey = survey_video(
        str(make_video(tmp_path / 'a.mp4', make_shades(4))),
        build_detector(settings), settings)
    assert survey.shape == (48, 64) and survey.problem == ''
    assert list(survey.tracks) == [1] and list(survey.tracks[1]) == [0, 1, 2,
                                                                     3]


def test_what_is_there_of_a_cut_off_video(tmp_path, make_video, make_shades):
    path = make_video(tmp_path / 'a.mp4', make_shades(10, 96, 128),
                      front=True)
    path.write_bytes(path.read_bytes()[:-path.stat().st_size // 4])
    settings = FaceSettings('none')
    survey = survey_video(str(path), build_detector(settings), settings)
    assert 3 <= len(survey.times) < 10
    assert 'cut off' in survey.problem or 'damaged' in survey.problem

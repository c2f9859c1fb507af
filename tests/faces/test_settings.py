# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.faces import FaceSettings


def test_defaults_of_each_detector():
    assert FaceSettings() == FaceSettings('centerface', .25, 224, 320)
    assert FaceSettings('dlib') == FaceSettings('dlib', .25, 224, 640)
    assert FaceSettings('none').margin == 0


def test_round_trip():
    settings = FaceSettings('dlib', .1, 112)
    assert FaceSettings.from_dict(settings.as_dict()) == settings


@pytest.mark.parametrize('values, message', [
    (dict(detector='mtcnn'), 'detector: expected one of'),
    (dict(margin=3), 'margin: expected 0 to 2, got 3'),
    (dict(size=8), 'size: expected 16 pixels or more, got 8'),
    (dict(detector='none', margin=.1), 'margin: expected 0 with detector'),
])
def test_out_of_range(values, message):
    with pytest.raises(ValueError, match=message):
        FaceSettings(**values)


def test_unknown_or_missing_value():
    with pytest.raises(ValueError, match=r"found \['detector', 'zoom'\]"):
        FaceSettings.from_dict(dict(detector='dlib', zoom=2))


def test_a_difference_is_named():
    ours, theirs = FaceSettings(size=112), FaceSettings(margin=.5, size=112)
    ours.require_same(FaceSettings(size=112), 'the model', 'the data')
    with pytest.raises(ValueError,
                       match=r'margin: 0.25 in the model, 0.5 in the data'
                       r'\. Use'):
        ours.require_same(theirs, 'the model', 'the data')

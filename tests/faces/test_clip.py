# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv

import cv2
import numpy as np
import pytest

from aen_mmaction.faces import Face, FaceSettings, clip
from aen_mmaction.faces.clip import ClipOptions, make_clip

OPTIONS = ClipOptions(FaceSettings('none', size=32), max_gap=2)


class Blinking:
    """Finds the whole frame a face, but in some frames nothing."""

    def __init__(self, missing):
        self.missing = missing
        self.index = -1

    def __call__(self, frame):
        self.index += 1
        if self.index in self.missing:
            return []
        side = frame.shape[0]
        points = np.array([(0, 0), (1, 0), (0, 1), (1, 1), (.5, .5)])
        return [Face(np.float32([0, 0, side, side]), .75,
                     np.float32(points * side - .5))]


@pytest.fixture
def blinking(monkeypatch):

    def use(missing):
        monkeypatch.setattr(clip, '_detector',
                            lambda settings: Blinking(missing))

    return use


def rows_of(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def test_gaps_are_marked_and_frames_keep_their_numbers(
        tmp_path, make_video, make_shades, blinking):
    blinking({0, 3, 6, 7, 8})
    path = make_video(tmp_path / 'v.mp4', make_shades(10, 48, 48))
    record = make_clip(str(path), str(tmp_path / 'made' / 'clip'), 'v',
                       OPTIONS)
    assert record['status'] == 'ok' and record['reason'] == ''
    # frames from 1: the first before the face, 4 filled, 7 to 9 too long
    assert record['left_out'] == '1 7-9'
    assert (record['frames'], record['detected'], record['interpolated'],
            record['no_face'], record['other_face']) == (10, 5, 1, 4, 0)
    names = sorted(p.name for p in (tmp_path / 'made' / 'clip').iterdir())
    assert names == [f'v_{i:05}.jpg' for i in (2, 3, 4, 5, 6, 10)]
    rows = rows_of(tmp_path / 'made' / 'clip.csv')
    assert [r['state'] for r in rows[2:8]] == [
        'detected', 'interpolated', 'detected', 'detected', 'no_face',
        'no_face']
    assert rows[2]['score'] == '0.75' and rows[3]['score'] == ''
    assert rows[3]['x5'] == '23.50' and rows[6]['x5'] == ''
    assert [r['time'] for r in rows[:3]] == ['0.0000', '0.1000', '0.2000']
    # the right picture: frame 10 is 9 steps of 10 lighter than frame 1
    image = cv2.imread(str(tmp_path / 'made' / 'clip' / 'v_00010.jpg'))
    assert image.shape == (32, 32, 3)
    assert abs(image.mean() - (90 + 30)) < 4


def test_no_face(tmp_path, make_video, make_shades, blinking):
    blinking(set(range(9)))
    path = make_video(tmp_path / 'v.mp4', make_shades(4))
    record = make_clip(str(path), str(tmp_path / 'clip'), 'v', OPTIONS)
    assert record['status'] == 'no_face' and record['left_out'] == '1-4'
    assert not (tmp_path / 'clip').exists()
    assert {r['state'] for r in rows_of(tmp_path / 'clip.csv')} == {'no_face'}


def test_broken(tmp_path):
    (tmp_path / 'v.mp4').write_text('words')
    record = make_clip(str(tmp_path / 'v.mp4'), str(tmp_path / 'clip'), 'v',
                       OPTIONS)
    assert record['status'] == 'failed'
    assert str(tmp_path) not in record['reason']
    assert sorted(p.name for p in tmp_path.iterdir()) == ['v.mp4']


def test_one_frame(tmp_path, make_video, make_shades):
    path = make_video(tmp_path / 'v.mp4', make_shades(1))
    record = make_clip(str(path), str(tmp_path / 'clip'), 'v', OPTIONS)
    assert (record['status'], record['detected']) == ('ok', 1)


def test_real_face_that_goes(tmp_path, make_video, portrait):
    small = cv2.resize(portrait, (160, 160), interpolation=cv2.INTER_AREA)
    wall = np.full_like(small, 90)
    path = make_video(tmp_path / 'v.mp4', [small] * 4 + [wall] * 3)
    record = make_clip(str(path), str(tmp_path / 'clip'), 'v',
                       ClipOptions(FaceSettings(size=64)))
    assert (record['status'], record['detected']) == ('ok', 4)
    assert record['left_out'] == '5-7' and record['tracks'] == 1


@pytest.mark.parametrize('values, message', [
    (dict(keep='nearest'), 'keep: expected one of'),
    (dict(max_gap=-1), 'max_gap: expected 0 frames or more, got -1'),
    (dict(quality=0), 'quality: expected 1 to 100, got 0'),
])
def test_options(values, message):
    with pytest.raises(ValueError, match=message):
        ClipOptions(**values)

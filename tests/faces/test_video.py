# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import sys
from fractions import Fraction

import numpy as np
import pytest

from aen_mmaction.datasets.videos import _pyav_stream
from aen_mmaction.faces.video import VideoError, read_frames


def read(path):
    return list(read_frames(str(path)))


def test_frames_times_and_content(tmp_path, make_video, make_shades):
    frames = make_shades(5)
    got = read(make_video(tmp_path / 'a.mp4', frames))
    assert [f.index for f in got] == [0, 1, 2, 3, 4]
    np.testing.assert_allclose([f.time for f in got], [0, .1, .2, .3, .4])
    for ours, true in zip(got, frames):
        assert np.abs(ours.image.astype(float) - true).mean() < 4


def test_variable_rate_keeps_its_times(tmp_path, make_video, make_shades):
    times = [0, .1, .2, .5, .6]
    got = read(make_video(tmp_path / 'a.mp4', make_shades(5), times))
    np.testing.assert_allclose([f.time for f in got], times, atol=.002)


@pytest.mark.parametrize('ending', ['mp4', 'avi'])
def test_a_title_that_is_not_in_utf8(tmp_path, make_video, make_shades,
                                     ending):
    path = make_video(tmp_path / f'a.{ending}', make_shades(3))
    data = path.read_bytes()
    assert b'Lavf' in data  # the name of the program that wrote it
    path.write_bytes(data.replace(b'Lavf', b'Lav\xe9'))
    assert len(read(path)) == 3
    assert len(list(_pyav_stream(str(path)))) == 3


def test_turned_by_the_phone(tmp_path, make_video, make_shades, turn_video):
    path = make_video(tmp_path / 'a.mp4', make_shades(2))  # dark on the left
    turn_video(path)
    image = read(path)[0].image
    assert image.shape == (64, 48, 3)
    # a quarter clockwise: the left edge is at the top
    assert image[:8].mean() + 20 < image[-8:].mean()


@pytest.mark.parametrize('name, options, frames, shape', [
    ('odd.avi', dict(codec='mjpeg', pix_fmt='yuvj444p'), (47, 63), (47, 63)),
    ('grey.avi', dict(codec='ffv1', pix_fmt='gray'), (48, 64), (48, 64)),
    ('wide.mp4', dict(aspect=Fraction(3, 2)), (48, 64), (48, 96)),
    ('one.mp4', dict(), (48, 64), (48, 64)),
])
def test_odd_kinds(tmp_path, make_video, make_shades, name, options, frames,
                   shape):
    image = make_shades(3, *frames)
    got = read(make_video(tmp_path / name, image[:1 + 2 *
                                                (name != 'one.mp4')],
                          **options))
    assert len(got) == (1 if name == 'one.mp4' else 3)
    assert got[0].image.shape == (*shape, 3)
    assert abs(got[0].image.mean() - image[0].mean()) < 4


def test_transparency_is_left_out(tmp_path, make_video, make_shades):
    frames = [np.dstack([f, f[..., 0]]) for f in make_shades(2)]
    got = read(make_video(tmp_path / 'a.mov', frames, codec='png',
                          pix_fmt='rgba'))
    np.testing.assert_array_equal(got[1].image, frames[1][..., :3])


def test_cut_off_after_the_frames_that_are_there(tmp_path, make_video,
                                                 make_shades):
    path = make_video(tmp_path / 'a.mp4', make_shades(10, 96, 128),
                      front=True)
    data = path.read_bytes()
    start = data.index(b'mdat') + 4
    path.write_bytes(data[:start + (len(data) - start) * 6 // 10])
    got = []
    with pytest.raises(VideoError, match=r'a\.mp4: (cut off|damaged), '):
        for frame in read_frames(str(path)):
            got.append(frame.index)
    assert 3 <= len(got) <= 8


def test_cut_off_matroska(tmp_path, make_video, make_shades):
    """Its streams do not say how long they are, their tags do."""
    path = make_video(tmp_path / 'a.mkv', make_shades(40, 96, 128))
    assert len(read(path)) == 40
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 6 // 10])
    with pytest.raises(VideoError, match=r'a\.mkv: (cut off|damaged), '):
        read(path)


@pytest.mark.parametrize('content, message', [
    (None, 'no such file'),
    (b'', 'the file is empty'),
    (b'these are words', 'no video, or cut off before its index'),
])
def test_no_video(tmp_path, content, message):
    path = tmp_path / 'a.mp4'
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VideoError, match=message):
        read(path)


def test_without_pyav(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'av', None)
    with pytest.raises(VideoError, match='Run: pip install .av'):
        read(tmp_path / 'a.mp4')

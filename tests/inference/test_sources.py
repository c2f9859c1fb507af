# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from PIL import Image

from aen_mmaction.datasets.videos import VideoError
from aen_mmaction.inference.sources import Source, find_sources, source_frames


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'x')
    return path


def test_one_file_whatever_its_ending(tmp_path):
    path = str(touch(tmp_path / 'film.dat'))
    assert find_sources(path) == [Source('film.dat', path, 'video')]


def test_folder_of_videos_sorted_by_number(tmp_path):
    for name in ('10.mp4', '2.mp4', 'a/3.mov', 'notes.md'):
        touch(tmp_path / name)
    assert [s.name for s in find_sources(str(tmp_path))] == [
        '2.mp4', '10.mp4', 'a/3.mov']


def test_folder_of_frames_and_of_such_folders(tmp_path):
    touch(tmp_path / 'clip' / '1.jpg')
    expected = [Source('clip', str(tmp_path / 'clip'), 'frames')]
    assert find_sources(str(tmp_path / 'clip')) == expected
    assert find_sources(str(tmp_path)) == expected


def test_list_is_relative_to_itself(tmp_path):
    touch(tmp_path / 'a' / '1.mp4')
    touch(tmp_path / 'b' / '1.mp4')
    listed = tmp_path / 'list.txt'
    listed.write_text('a/1.mp4\n\nb/1.mp4\n')
    assert [(s.name, s.path) for s in find_sources(str(listed))] == [
        (name, str(tmp_path / name)) for name in ('a/1.mp4', 'b/1.mp4')]
    listed.write_text('a/1.mp4\na/2.mp4\n')
    with pytest.raises(FileNotFoundError, match='list.txt:2: .*no such file'):
        find_sources(str(listed))
    listed.write_text('a/1.mp4\na/1.mp4\n')
    with pytest.raises(ValueError, match='list.txt:2: a/1.mp4 is listed'):
        find_sources(str(listed))
    listed.write_text('\n')
    with pytest.raises(ValueError, match='no line in it'):
        find_sources(str(listed))


def test_cameras_and_streams():
    assert find_sources('0') == [Source('camera0', '0', 'live')]
    stream = 'rtsp://camera/door'
    assert find_sources(stream) == [Source('camera_door', stream, 'live')]
    secret = 'rtsp://me:secret@camera:554/door?token=1'
    assert find_sources(secret) == [Source('camera_door', secret, 'live')]


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match='none: no such file'):
        find_sources(str(tmp_path / 'none'))
    with pytest.raises(ValueError, match='neither videos nor images'):
        find_sources(str(tmp_path))


def test_frames_of_a_folder(tmp_path):
    for i in (10, 9):
        pixels = np.full((4, 6, 3), (i, 0, 0), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f'{i}.png')
    frames = list(source_frames(Source('x', str(tmp_path), 'frames'), 10.))
    assert [(f.index, f.time, f.image[0, 0].tolist()) for f in frames] == [
        (0, 0., [9, 0, 0]), (1, .1, [10, 0, 0])]
    touch(tmp_path / '11.png')
    with pytest.raises(VideoError, match='11.png: not an image'):
        list(source_frames(Source('x', str(tmp_path), 'frames'), 10.))


def test_grey_and_transparent_frames(tmp_path):
    Image.fromarray(np.full((4, 6), 7, np.uint8)).save(tmp_path / '1.png')
    Image.fromarray(np.full((4, 6, 4), 7, np.uint8)).save(tmp_path / '2.png')
    for frame in source_frames(Source('x', str(tmp_path), 'frames'), 10.):
        assert frame.image.shape == (4, 6, 3) and (frame.image == 7).all()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import multiprocessing
from types import SimpleNamespace

import decord
import numpy as np
import pytest

from aen_mmaction.datasets import CREMADDataset, skip_none_collate, videos
from aen_mmaction.datasets.transforms import BadFrameError
from aen_mmaction.datasets.videos import Video, VideoError


def levels(frames):
    """Frame i of ``write_video`` is grey of level 8 i."""
    return [round(float(np.mean(frame)) / 8) for frame in frames]


@pytest.mark.parametrize('name, codec', [
    ('a.mp4', None), ('a.avi', None), ('a.avi', 'mjpeg'), ('a.flv', None),
    ('a.mpg', 'mpeg1video')])  # decord's seeking fails in the last
@pytest.mark.parametrize('decoder', ['decord', 'PyAV'])
def test_frames_by_number(tmp_path, write_video, monkeypatch, name, codec,
                          decoder):
    write_video(tmp_path / name, 30, codec)
    if decoder == 'PyAV':
        monkeypatch.setattr(decord, 'VideoReader', fail)
    video = Video(str(tmp_path / name))
    assert len(video) == 30
    frames = video.frames([28, 3, 3, 17])
    assert levels(frames) == [28, 3, 3, 17]
    assert frames[0].shape == (48, 64, 3) and frames[0].dtype == np.uint8
    frames[1][:] = 0  # each is its own
    assert levels(frames) == [28, 0, 3, 17]
    assert levels(video.frames(range(30))) == list(range(30))


def fail(*args, **kwargs):
    raise decord.DECORDError('no')


def test_pyav_where_decord_fails_in_the_middle(tmp_path, write_video):
    write_video(tmp_path / 'a.mp4', 12)
    video = Video(str(tmp_path / 'a.mp4'))
    video._reader.get_batch = fail
    assert levels(video.frames([2, 11])) == [2, 11]
    with pytest.raises(VideoError, match='12 frames announced, frame 12'):
        video.frames([12])


@pytest.mark.parametrize('content, message', [
    (None, 'no such file'),
    (b'', 'a.mp4: '),
    (b'not a video at all', 'a.mp4: '),
    (b'version https://git-lfs.github.com/spec/v1\noid', 'git lfs pull'),
])
def test_unreadable(tmp_path, content, message):
    path = tmp_path / 'a.mp4'
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VideoError, match=message):
        Video(str(path))


def test_without_pyav_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__('sys').modules, 'av', None)
    (tmp_path / 'a.mp4').write_bytes(b'no video')
    with pytest.raises(VideoError, match='pip install .av>=17'):
        Video(str(tmp_path / 'a.mp4'))


@pytest.fixture
def cremad(tmp_path, write_video, clip_pipelines):
    """Three clips of training, one of them damaged; the keywords."""
    for name in ('1002_DFA_ANG_XX', '1002_DFA_SAD_XX', '1003_DFA_SAD_XX'):
        write_video(tmp_path / f'VideoFlash/{name}.flv', 20)
    (tmp_path / 'VideoFlash/1002_DFA_SAD_XX.flv').write_bytes(b'no video')
    return dict(pipeline=clip_pipelines['train'], data_root=str(tmp_path))


def test_a_bad_video_follows_on_bad_frame(cremad, log_lines):
    message = '1002_DFA_SAD_XX.flv: .*clip 1002_DFA_SAD_XX of .*skip_clip'
    for options in ({}, dict(test_mode=True, on_bad_frame='skip_clip')):
        data = CREMADDataset(**cremad, **options)
        with pytest.raises(BadFrameError, match=message):
            data[1]
    data = CREMADDataset(on_bad_frame='skip_clip', **cremad)
    batch = skip_none_collate([data[i] for i in range(3)])
    assert [s.clip_id for s in batch['data_samples']] == [
        '1002_DFA_ANG_XX', '1003_DFA_SAD_XX']
    assert data.skip_marks.tolist() == [0, 1, 0]
    assert len(log_lines) == 1 and 'skip_clip' in log_lines[0]


def test_short_videos(cremad, tmp_path, write_video, log_lines):
    with pytest.raises(BadFrameError, match='1002_DFA_SAD_XX.flv'):
        CREMADDataset(short_clip='drop', **cremad)  # opens every file
    write_video(tmp_path / 'VideoFlash/1002_DFA_SAD_XX.flv', 9)
    data = CREMADDataset(short_clip='drop', **cremad)
    assert len(data) == 2
    assert '1 of 3 clips have fewer than 16' in log_lines[0]
    data = CREMADDataset(**cremad)
    assert data[1]['data_samples'].total_frames == 9


def test_real_videos(shared):
    root = shared('data/videos')
    path = str(root / 'single_face.mp4')
    video = Video(path)
    assert len(video) == 72
    theirs = videos._pyav_frames(path, [7, 44])
    for i, frame in zip((7, 44), video.frames([7, 44])):
        assert np.abs(frame.astype(int) - theirs[i]).max() <= 2


def test_frames_are_converted_on_one_thread():
    """Those of PyAV >= 19 (Python >= 3.12) hang in a forked process."""
    frame = SimpleNamespace(to_ndarray=lambda **options: options)
    assert videos.rgb_of(frame) == dict(format='rgb24', threads=1)


def test_a_forked_process_reads_on(tmp_path, write_video):
    """What PyAV keeps from the first reading is no use to the second."""
    write_video(tmp_path / 'a.mpg', 6, 'mpeg1video')  # decord cannot seek it
    video = Video(str(tmp_path / 'a.mpg'))
    before = levels(video.frames([1, 4]))
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context('fork').Process(
        target=lambda: send.send(levels(video.frames([1, 4]))), daemon=True)
    process.start()
    assert receive.poll(20) and receive.recv() == before == [1, 4]
    process.join()

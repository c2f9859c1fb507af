# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.faces.sources import (Video, find_clashes, find_videos,
                                        listed_videos)


def plant(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b'x')


def test_classes_are_the_folders(tmp_path):
    plant(tmp_path, 'train/happy/10.mp4', 'train/happy/2.MOV', 'a b.avi',
          'notes.txt', '.hidden.mp4', 'train/._2.mov')
    videos, others = find_videos(str(tmp_path))
    assert [v[:2] + v[3:] for v in videos] == [
        ('a b', 'a b.avi', ''),
        ('train/happy/2', 'train/happy/2.MOV', 'happy'),
        ('train/happy/10', 'train/happy/10.mp4', 'happy'),
    ]
    assert others == ['notes.txt']


def test_one_video(tmp_path):
    plant(tmp_path, 'a.mp4')
    (video, ), others = find_videos(str(tmp_path / 'a.mp4'))
    assert video == Video('a', 'a.mp4', str(tmp_path / 'a.mp4'), '')
    assert others == []


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match='no such file or folder'):
        find_videos(str(tmp_path / 'absent'))


def test_lists(tmp_path):
    plant(tmp_path, '1.mp4', '2.mp4', '3.mp4')
    (tmp_path / 'a.txt').write_text('2.mp4 angry\n1.mp4 happy\n')
    (tmp_path / 'b.txt').write_text('1.mp4 happiness\n')
    videos = listed_videos(str(tmp_path),
                           [str(tmp_path / 'a.txt'), str(tmp_path / 'b.txt')])
    assert [(v.clip_id, v.label) for v in videos] == [('1', 'happy'),
                                                      ('2', 'angry')]
    (tmp_path / 'b.txt').write_text('1.mp4 sad\n')
    with pytest.raises(ValueError, match=r"b\.txt:1: 1\.mp4 is 'sad' here"):
        listed_videos(str(tmp_path),
                      [str(tmp_path / 'a.txt'), str(tmp_path / 'b.txt')])


def test_clips_that_would_share_a_folder():
    videos = [Video(name.rsplit('.', 1)[0], name, name, '')
              for name in ('a.mov', 'a.mp4', 'b.mp4', 'b/c.mp4', 'd.mp4')]
    assert find_clashes(videos) == {
        'a.mp4': 'its clip id is that of a.mov: rename one',
        'b.mp4': 'its clip would hold the folder of b/c.mp4: rename one',
    }

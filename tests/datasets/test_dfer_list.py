# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import CAERSDataset, DFERListDataset

OWN = dict(classes=('bored', 'happy'), groups=dict(up=['happy'],
                                                   down=['bored']))


def rows(data):
    return [(i['clip_id'], i['label'])
            for i in map(data.get_data_info, range(len(data)))]


@pytest.fixture
def clips(tmp_path, write_clip):
    """Two clips as frames in a folder whose name has a blank."""
    for name in ('a 1', 'b 1'):
        write_clip(tmp_path / 'my clips' / name, ['1.jpg', '2.jpg'])
    return tmp_path


def make(root, text, **options):
    (root / 'list.txt').write_text(text)
    return DFERListDataset(
        'list.txt', [], data_root=str(root), **{**OWN, **options})


@pytest.mark.parametrize('text', [
    '"my clips/a 1" bored\n"my clips/b 1" Happy\n',
    'my clips\\a 1 2 0\nmy clips\\b 1 2 1\n',
    'path,label\nmy clips/a 1,1\nmy clips/b 1,2\n',
])
def test_lists(clips, text):
    data = make(clips, text)
    assert rows(data) == [('my clips/a 1', 0), ('my clips/b 1', 1)]
    assert data.metainfo['groups'] == OWN['groups']
    assert data.get_data_info(0)['total_frames'] == 2


def test_base_is_asked_where_it_is_open(clips):
    text = 'my clips/a 1,1\nmy clips/b 1,1\n'
    with pytest.raises(ValueError, match='label_base=0.*\n.*label_base=1'):
        make(clips, text)
    assert rows(make(clips, text, label_base=1))[0][1] == 0


def test_videos(tmp_path, write_video, clip_pipelines):
    write_video(tmp_path / 'v/a.mp4', 20)
    (tmp_path / 'list.txt').write_text('v/a.mp4 happy\n')
    data = DFERListDataset(
        'list.txt', clip_pipelines['test'], str(tmp_path), media='video',
        test_mode=True)
    assert data[0]['inputs'].shape == (16, 3, 16, 16)
    assert rows(data) == [('v/a', 0)]


def test_class_folders(tmp_path, write_clip):
    for name in ('train/happy/x', 'train/bored/y', 'test/happy/z',
                 'test/bored/z'):
        write_clip(tmp_path / name, ['1.jpg'])
    data = DFERListDataset('train', [], str(tmp_path), **OWN)
    assert rows(data) == [('bored/y', 0), ('happy/x', 1)]
    data = DFERListDataset('test', [], str(tmp_path), **OWN)
    assert rows(data) == [('bored/z', 0), ('happy/z', 1)]


def test_nothing_outside_the_data_root(clips, tmp_path_factory, write_clip):
    outside = tmp_path_factory.mktemp('outside') / 'c'
    write_clip(outside, ['1.jpg'])
    with pytest.raises(ValueError, match='1 clip.s. with an absolute path '
                       '.write them rel.*allow_absolute=True.*list.txt:1'):
        make(clips, f'{outside} happy\n')
    data = make(clips, f'{outside} happy\n', allow_absolute=True)
    assert rows(data) == [(str(outside), 1)]
    for path in ('../x', 'my clips/../../x', '..\\x'):
        for allowed in (False, True):
            with pytest.raises(ValueError, match=r":1: .*without '\.\.'"):
                make(clips, f'{path} happy\n', allow_absolute=allowed)
    with pytest.raises(ValueError, match='absolute'):
        make(clips, 'C:\\x happy\n')


def test_what_is_missing_is_named(clips):
    with pytest.raises(FileNotFoundError, match=r'clip.s. without a folder .*'
                       r'my clips/c \(.*list.txt:2\)'):
        make(clips, 'my clips/a 1 happy\nmy clips/c happy\n')
    with pytest.raises(ValueError, match=r":1: expected a class of .'bored'"):
        make(clips, 'my clips/a 1 sad\n')
    with pytest.raises(ValueError, match='give groups'):
        make(clips, 'my clips/a 1 happy\n', groups=None)


def test_two_files_of_one_name(tmp_path, write_clip):
    write_clip(tmp_path / 'x', ['a.jpg', 'a.png'])
    with pytest.raises(ValueError, match=r"'a': expected one .*'a.jpg'"):
        make(tmp_path, 'x/a happy\n')


def test_caer_s_stills(tmp_path, write_clip):
    for name in ('Anger', 'Disgust', 'Fear', 'Happy', 'Neutral', 'Sad',
                 'Surprise'):
        write_clip(tmp_path / 'CAER-S/train' / name, ['0001.png', '0002.png'])
    data = CAERSDataset([], data_root=str(tmp_path))
    assert len(data) == 14
    info = data.get_data_info(0)
    assert info['clip_id'] == 'Anger/0001' and info['frames'] == ['0001.png']
    assert info['img_path'] == str(tmp_path / 'CAER-S/train/Anger/0001.png')
    assert data.metainfo['classes'][info['label']] == 'angry'

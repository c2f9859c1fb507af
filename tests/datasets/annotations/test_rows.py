# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets.annotations.records import Row, clean_path
from aen_mmaction.datasets.annotations.rows import parse_rows


def fields(path):
    return [row[1:] for row in parse_rows(path)]


@pytest.mark.parametrize('text, rows', [
    # official DFEW, MAFW, FERV39k, RAF-DB
    ('video_name,label\n1,2\n', [('1', None, '2')]),
    ('00108.mp4 anger\r\n', [('00108', None, 'anger')]),
    ('Action/Sad/0010 Sad\n', [('Action/Sad/0010', None, 'Sad')]),
    ('train_00001.jpg 5\n', [('train_00001', None, '5')]),
    # MAFW with captions
    ('00108.mp4\tanger\tA man shouts.\tHe\n', [('00108', None, 'anger')]),
    ('00108.mp4\tanger\tShouts\n', [('00108', None, 'anger')]),
    # path n label, path label, comma separated, headers of others
    ('/d/DFEW/00001 144 1\n', [('/d/DFEW/00001', 144, '1')]),
    ('D:\\a b\\All/00001 66 5\n', [('D:/a b/All/00001', 66, '5')]),
    ('/d/jpg_256/00001 1\n', [('/d/jpg_256/00001', None, '1')]),
    ('path,id\nA/Happy/0118,3\n', [('A/Happy/0118', None, '3')]),
    ('video_name,labels\n00025,0\n', [('00025', None, '0')]),
    ('path,num_frames,label\na,20,3\n', [('a', 20, '3')]),
    ('path num_frames label\na b 20 3\n', [('a b', 20, '3')]),
    ('a,20,3\nb,30,4\n', [('a', 20, '3'), ('b', 30, '4')]),
    ('"a, b/1.mp4",happy\n"c",sad\n', [('a, b/1', None, 'happy'),
                                       ('c', None, 'sad')]),
    ('a\t20\t3\n', [('a', 20, '3')]),
    ('a\t20\t3\t\t\n', [('a', 20, '3')]),
    # blanks in paths; a number that belongs to the name
    ('my clips/one two 3\n', [('my clips/one two', None, '3')]),
    ('"a 1" 3\n"b 1" 20 3\n', [('a 1', None, '3'), ('b 1', 20, '3')]),
    ('clip 1 3\nclip 2 0\n', [('clip 1', None, '3'), ('clip 2', None, '0')]),
    # comments, blank lines, marks of other encodings
    ('# mine\n\na 1\n\n  # b 2\n', [('a', None, '1')]),
    (b'\xef\xbb\xbfvideo_name,label\r\n1,2\r\n\r\n', [('1', None, '2')]),
    ('a 1\n'.encode('utf-16'), [('a', None, '1')]),
    (b'\xef\xbb\xbfvideo_name,label\t\r\n1,2\t\r\n', [('1', None, '2')]),
    ('"video_name","label"\n"1","2"\n', [('1', None, '2')]),
    # ids that count up, with frames
    ('1 20 0\n2 31 1\n3 17 0\n4 18 0\n5 20 1\n',
     [(str(i), n, str(k)) for i, n, k in (
         (1, 20, 0), (2, 31, 1), (3, 17, 0), (4, 18, 0), (5, 20, 1))]),
    ('00025.mp4\tanger\t他很生气\tHe\n'.encode('gbk'),
     [('00025', None, 'anger')]),
])
def test_forms(write, text, rows):
    assert fields(write(text)) == rows


def test_lines_are_counted_as_an_editor_does(write):
    path = write('# mine\n\nvideo_name,label\r\n1,2\r\n\n2,3\n')
    assert [row.line for row in parse_rows(path)] == [4, 6]
    assert parse_rows(path)[0] == Row(4, '1', None, '2')


@pytest.mark.parametrize('text, message', [
    ('', 'at least one clip'),
    ('# only this\n', 'at least one clip'),
    ('video_name,label\n', 'at least one clip under the header'),
    ('video_name,label\n1\n', r':2: expected the 2 fields video_name,label'),
    ('video_name,label\n1,2,3\n', ':2: expected the 2 fields'),
    ('video_name,label\n1,\n', ':2: expected a label'),
    ('video_name,label\n,2\n', ':2: expected a clip id'),
    ('path,n,label\na,many,2\n', ':2: expected a whole number of frames'),
    ('a 1\nb\n', ":2: expected a clip and its label.*found 'b'"),
    # numbered by a spreadsheet in front of clip and label
    (''.join(f'{i},{i * 3 + 1:05},{i % 7}\n' for i in range(5)),
     'lines that are numbered'),
    (''.join(f'{i}\t{i * 29 % 101:05}\t{i % 7}\n' for i in range(1, 41)),
     'lines that are numbered'),
    ('a 1\n../b 2\n', r":2: expected .*without '\.\.'"),
    ('a\\..\\b 2\n', r":1: expected .*without '\.\.'"),
    (b'\xfa\xff\xfe,2\n', 'expected UTF-8'),
    (b'caf\xe9/1 2\n', 'expected UTF-8'),
    ('caf\u4e2d\t2\n'.encode('gbk'), 'expected UTF-8'),  # ids are plain
])
def test_bad_lists(write, text, message):
    with pytest.raises(ValueError, match='list.txt.*' + message):
        parse_rows(write(text))


def test_missing_list(tmp_path):
    with pytest.raises(FileNotFoundError, match='set_9.csv.*--data-root'):
        parse_rows(tmp_path / 'set_9.csv')


@pytest.mark.parametrize('text, path', [
    (' 00001 ', '00001'),
    ('Clip/00001/', 'Clip/00001'),
    ('./a//b/./c.MP4', './a/b/c'),
    ('D:\\DFEW\\All/00001', 'D:/DFEW/All/00001'),
    ('a/1.5', 'a/1.5'),  # no media file
    ('a/b.c.png', 'a/b.c'),
])
def test_one_form_of_paths(text, path):
    assert clean_path(text, 'list', 1) == path

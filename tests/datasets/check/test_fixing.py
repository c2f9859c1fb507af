# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets.check import Finding, write_corrected_lists

LIST = b'a/1 16 0\r\na/2 16 1\r\n# end\r\na 3 16 16\r\na/4,16,2'


@pytest.fixture
def path(tmp_path):
    (tmp_path / 'lists').mkdir()
    path = tmp_path / 'lists' / 'train.txt'
    path.write_bytes(LIST)
    return path


def fix(path, *findings):
    root = path.parents[1]
    return write_corrected_lists(findings, str(root), str(root / 'fixed'))


def finding(kind, path, line, detail=''):
    return Finding(kind, f'{path}:{line}', 'x', detail)


def test_lines_go_counts_change_and_all_else_stays(path):
    wrong = 'expected 16 frames, found 9'
    written, = fix(
        path, finding('missing_clip', path, 2),
        finding('wrong_count', path, 2, wrong),
        finding('wrong_count', path, 4, wrong),
        finding('wrong_count', path, 5, wrong))
    assert written == str(path.parents[1] / 'fixed' / 'lists' / 'train.txt')
    with open(written, 'rb') as file:
        assert file.read() == b'a/1 16 0\r\n# end\r\na 3 9 16\r\na/4,9,2'
    assert path.read_bytes() == LIST


@pytest.mark.parametrize('rows, fixed', [
    ('path,label,num_frames\na/1,16,016\n',
     'path,label,num_frames\na/1,16,9\n'),
    ('path frame_count label\na/1 16 16', 'path frame_count label\na/1 9 16'),
    ('a b 16/1 +16 16\na/2 16 1', 'a b 16/1 9 16\na/2 16 1'),
    ('"a/1","16","16"\n', '"a/1","9","16"\n'),
])
def test_the_count_is_where_the_header_says(path, rows, fixed):
    path.write_text(rows)
    line = 1 + rows.startswith('path')
    wrong = finding('wrong_count', path, line, 'expected 16 frames, found 9')
    written, = fix(path, wrong)
    with open(written) as file:
        assert file.read() == fixed


def test_two_lists_of_one_name(path):
    other = path.parents[1] / 'more' / 'train.txt'
    other.parent.mkdir()
    other.write_bytes(LIST)
    with pytest.raises(ValueError, match='two lists outside .* one at a time'):
        write_corrected_lists([finding('missing_clip', p, 2)
                               for p in (path, other)], 'elsewhere',
                              str(path.parents[1] / 'fixed'))


def test_a_line_without_the_count_is_named(path):
    wrong = finding('wrong_count', path, 4, 'expected 70 frames, found 9')
    with pytest.raises(ValueError, match=r"train.txt:4: expected the count 70 "
                       r"to correct, found 'a 3 16 16'.*by hand: 9"):
        fix(path, wrong)


def test_what_it_cannot_mend_is_left(path):
    assert fix(path, finding('identical_clips', path, 1),
               Finding('bad_list', str(path), '', 'x')) == []


def test_a_list_is_never_replaced(path):
    with pytest.raises(ValueError, match='another --out'):
        write_corrected_lists([finding('missing_clip', path, 1)],
                              str(path.parent), str(path.parent))
    assert path.read_bytes() == LIST

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""One deliberate fault of each kind: exactly that one is found."""
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from aen_mmaction.datasets.check import check_dataset, find_splits, own_splits

ROOT = Path(__file__).resolve().parents[3]


def frame(root, clip, number):
    return (root / 'Clip' / 'clip_224x224' / f'{clip:05}' /
            f'{clip:05}_{number:05}.jpg')


def folder(root, clip):
    return frame(root, clip, 1).parent


def ann(root, part='train', fold=1):
    return (root / 'EmoLabel_DataSplit' / f'{part}(single-labeled)' /
            f'set_{fold}.csv')


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def cut(path, share=.5):
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * share)])


def without_clip(root):
    shutil.rmtree(folder(root, 3))


def without_frames(root):
    for path in folder(root, 3).iterdir():
        path.unlink()


def renumber_from_zero(path):
    rows = path.read_text().split()
    path.write_text('\n'.join(
        rows[:1] + [f'{r.split(",")[0]},{int(r.split(",")[1]) - 1}'
                    for r in rows[1:]]))


def rotate_classes(path):
    """Class k is written as k + 1, the last as the first."""
    rows = path.read_text().split()
    path.write_text('\n'.join(
        rows[:1] + [f'{r.split(",")[0]},{int(r.split(",")[1]) % 7 + 1}'
                    for r in rows[1:]]))


def copy_content(root):
    for number in range(1, 17):
        shutil.copy(frame(root, 2, number), frame(root, 9, number))


# what is done -> kind of all faults, and the clips named
FAULTS = {
    'folder missing': (without_clip, 'missing_clip', {'3'}),
    'folder empty': (without_frames, 'empty_clip', {'3'}),
    'frame missing': (lambda root: frame(root, 3, 5).unlink(),
                      'missing_frame', {'3'}),
    'first frame missing': (lambda root: frame(root, 3, 1).unlink(),
                            'missing_frame', {'3'}),
    'frame truncated': (lambda root: cut(frame(root, 3, 5)), 'unreadable',
                        {'3'}),
    'last bytes missing': (lambda root: cut(frame(root, 3, 5), .97),
                           'unreadable', {'3'}),
    'frame of no bytes': (lambda root: frame(root, 3, 16).write_bytes(b''),
                          'unreadable', {'3'}),
    'frame is text': (lambda root: frame(root, 3, 5).write_text('<html>'),
                      'unreadable', {'3'}),
    'two folders': (lambda root: shutil.copytree(
        folder(root, 3), folder(root, 3).parent / '0003'), 'ambiguous_clip',
        {'3'}),
    'same content': (copy_content, 'identical_clips', {'9'}),
    'label of one fold': (lambda root: edit(ann(root, 'test', 2), '3,3',
                                            '3,4'), 'other_label', {'3'}),
    'classes renumbered': (lambda root: rotate_classes(ann(root, 'test', 2)),
                           'other_numbering', {''}),
    '0-based': (lambda root: renumber_from_zero(ann(root, 'test', 2)),
                'bad_list', {''}),
    'clip twice': (lambda root: edit(ann(root), '7,7', '7,7\n1,1'),
                   'bad_list', {''}),
    'label out of range': (lambda root: edit(ann(root), '3,3', '3,9'),
                           'bad_list', {''}),
    'clip in train and test': (lambda root: edit(ann(root, 'test'), '14,7',
                                                 '14,7\n1,1'), 'two_splits',
                               {'1'}),
    'list cut': (lambda root: edit(ann(root, 'train', 2), '8,1\n', ''),
                 'not_in_fold', {'8'}),
}


@pytest.mark.parametrize('name', FAULTS)
def test_exactly_the_fault_is_found(dfew, name):
    damage, kind, clips = FAULTS[name]
    damage(dfew)
    result = check_dataset(find_splits(str(dfew)), jobs=1)
    faults = [finding for finding in result.findings if finding.fault]
    assert {finding.kind for finding in faults} == {kind}, faults
    assert {finding.clip_id for finding in faults} == clips
    assert not result.clean


def test_nothing_wrong(dfew):
    result = check_dataset(find_splits(str(dfew)), jobs=1)
    assert result.clean and len(result.lists) == 4 and len(result.media) == 14
    # four lists of 7 clips are parts of the official ones
    assert [f.kind for f in result.findings] == ['incomplete'] * 4
    assert 'subset of 9356: 7 clips' in result.findings[0].detail
    strict = check_dataset(find_splits(str(dfew)), complete=True, jobs=1)
    assert not strict.clean


def test_short_and_unlisted_clips_are_notes(dfew):
    for number in range(11, 17):
        frame(dfew, 3, number).unlink()
    shutil.copytree(folder(dfew, 2), folder(dfew, 99))
    result = check_dataset(find_splits(str(dfew)), jobs=1)
    notes = {f.kind: f for f in result.findings if f.kind != 'incomplete'}
    assert result.clean and set(notes) == {'short_clip', 'unlisted'}
    assert notes['short_clip'].detail == '10 frames of 16'
    assert notes['unlisted'].clip_id == '00099'


def test_counts_of_an_own_list(dfew, tmp_path):
    path = tmp_path / 'train.txt'
    path.write_text(''.join(
        f'Clip/clip_224x224/{i:05} {16 + (i == 4)} {i - 1}\n'
        for i in range(1, 8)))
    unsure = own_splits(str(dfew), str(path), None, None, None)
    assert [f.kind for f in check_dataset(unsure, jobs=1).findings] == [
        'bad_list']  # numbers 0 to 6 may mean anything
    splits = own_splits(
        str(dfew), str(path), None, None, None, label_base=0,
        class_order='dfew')
    result = check_dataset(splits, jobs=1)
    fault, = [f for f in result.findings if f.fault]
    assert fault.kind == 'wrong_count' and fault.where == f'{path}:4'
    assert fault.detail == 'expected 17 frames, found 16'


def test_several_processes_find_the_same(dfew):
    cut(frame(dfew, 3, 5))
    one, two = (check_dataset(find_splits(str(dfew)), jobs=n) for n in (1, 2))
    assert one.findings == two.findings and one.media == two.media


def test_real_faces_are_clean(shared):
    result = check_dataset(find_splits(str(shared('data/dfew'))), jobs=1)
    assert result.clean, [f for f in result.findings if f.fault]
    assert len(result.media) == 161 and len(result.lists) == 10
    assert sum(m.num_frames for m in result.media.values()) == 4764


def run_tool(monkeypatch, *args):
    monkeypatch.setattr(sys, 'argv', ['check.py', *map(str, args)])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(ROOT / 'tools/data/check.py'), run_name='__main__')
    return stop.value.code


def test_tool(dfew, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'out'
    options = ('--out', out, '--jobs', 1)
    assert run_tool(monkeypatch, dfew, *options) == 0
    assert '14 clips, 224 frames' in capsys.readouterr().out
    without_clip(dfew)
    assert run_tool(monkeypatch, dfew, '--fix', *options) == 1
    output = capsys.readouterr().out
    assert 'FAULT 1 clips of a list that are not on disk, in 2 pl' in output
    assert 'NOT clean: 2 faults' in output
    assert (out / 'findings.csv').read_text().count('missing_clip') == 2
    fixed = out / 'fixed' / ann(dfew).relative_to(dfew)
    assert '3,3' not in fixed.read_text() and '4,4' in fixed.read_text()
    assert run_tool(monkeypatch, tmp_path, *options) == 2
    assert 'no list of a known data set' in capsys.readouterr().err

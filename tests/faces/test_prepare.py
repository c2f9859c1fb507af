# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv
import json
import multiprocessing
import shutil
import signal
import subprocess
import sys
import time

import pytest

from aen_mmaction.datasets import DFERListDataset
from aen_mmaction.faces import FaceSettings, prepare
from aen_mmaction.faces.card import card_settings, read_card
from aen_mmaction.faces.clip import ClipOptions
from aen_mmaction.faces.prepare import Preparation
from aen_mmaction.faces.sources import find_videos

OPTIONS = ClipOptions(FaceSettings('none', size=32))


@pytest.fixture
def videos(tmp_path, make_video, make_shades):
    """Two happy videos, one sad, and one that is none."""
    root = tmp_path / 'videos'
    for i, name in enumerate(('happy/1', 'happy/2', 'sad/1')):
        make_video(root / f'{name}.mp4', make_shades(17 + i))
    (root / 'sad' / '2.mp4').write_text('words')
    return root


def make(root, out, **options):
    videos, _ = find_videos(str(root))
    with Preparation(videos, out, options.pop('options', OPTIONS),
                     **options) as job:
        done = [video.name for video, _, _ in job.run(1)]
        return done, job.finish()


def tree(folder):
    """Every file's content, but for the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob('*')
        if path.is_file() and path.name != 'lock'
    }


def test_everything_that_is_written(videos, tmp_path):
    out = tmp_path / 'out'
    done, records = make(videos, out)
    assert sorted(done) == ['happy/1.mp4', 'happy/2.mp4', 'sad/1.mp4',
                            'sad/2.mp4']
    assert [r['status'] for r in records] == ['ok', 'ok', 'ok', 'failed']
    frames = sorted((out / 'clip_32x32/happy/2').iterdir())
    assert [f.name for f in frames] == [f'2_{i:05}.jpg' for i in range(1, 19)]
    assert (out / 'list.txt').read_text() == (
        'clip_32x32/happy/1 17 happy\nclip_32x32/happy/2 18 happy\n'
        'clip_32x32/sad/1 19 sad\n')
    with open(out / 'failed.csv') as file:
        row, = csv.DictReader(file)
    assert (row['video'], row['status']) == ('sad/2.mp4', 'failed')
    assert 'no video' in row['reason']
    assert sorted(p.name for p in (out / 'contact_sheets').iterdir()) == [
        'happy_01.jpg', 'sad_01.jpg']
    card = read_card(out)
    assert card['finished'] and card['counts']['videos']['failed'] == 1
    assert card['counts']['clips_by_class'] == dict(happy=2, sad=1)
    assert card_settings(out) == OPTIONS.faces
    assert '| size | 32 |' in (out / 'README.md').read_text()


@pytest.mark.parametrize('ann_file', ['list.txt', 'clip_32x32'])
def test_data_set_reads_it(videos, tmp_path, ann_file):
    make(videos, tmp_path / 'out')
    dataset = DFERListDataset(
        ann_file, [],
        data_root=str(tmp_path / 'out'),
        classes=('happy', 'sad'))
    assert [dataset.get_data_info(i)['total_frames']
            for i in range(len(dataset))] == [17, 18, 19]
    assert dataset.get_cat_ids(2) == [1]


def test_second_run_does_nothing_and_changes_nothing(videos, tmp_path):
    make(videos, tmp_path / 'out')
    before = tree(tmp_path / 'out')
    done, _ = make(videos, tmp_path / 'out')
    assert done == [] and tree(tmp_path / 'out') == before


def test_changed_and_failed_videos_are_made_again(videos, tmp_path, make_video,
                                                  make_shades):
    make(videos, tmp_path / 'out')
    make_video(videos / 'happy' / '1.mp4', make_shades(5))
    assert make(videos, tmp_path / 'out')[0] == ['happy/1.mp4']
    assert len(list((tmp_path / 'out/clip_32x32/happy/1').iterdir())) == 5
    done, records = make(videos, tmp_path / 'out', retry=True)
    assert done == ['sad/2.mp4'] and records[3]['status'] == 'failed'
    (videos / 'happy' / '1.mp4').write_text('words')
    make(videos, tmp_path / 'out')
    assert not (tmp_path / 'out/clip_32x32/happy/1').exists()
    assert not (tmp_path / 'out/faces/happy/1.csv').exists()


def test_kills_between_any_two_steps(videos, tmp_path, monkeypatch):
    """Stopped after each rename in turn, then finished: the same files."""
    root = videos / 'sad'  # a good one and a broken one
    make(root, tmp_path / 'whole')
    expected = tree(tmp_path / 'whole')

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    store = prepare.ClipStore
    steps = 0
    while True:
        left = [steps]

        def step(function, left=left):

            def counted(*args):
                if not left[0]:
                    raise Killed
                left[0] -= 1
                return function(*args)

            return counted

        out = tmp_path / f'out{steps}'
        with monkeypatch.context() as patch:
            patch.setattr(store, '_move', step(store._move))
            patch.setattr(store, 'write', step(store.write))
            # a kill leaves the folder of the run behind
            patch.setattr(store, '__exit__', lambda self, *e: self._lock.
                          close())
            try:
                make(root, out)
            except Killed:
                steps += 1
            else:
                break
        make(root, out)
        assert tree(out) == expected, steps
    # card; 2 moves and a record a video; finish: 5 files and the sheets
    assert steps == 1 + 2 * 3 + 6


def test_killed_by_the_system(videos, tmp_path, jobs):
    """A whole run killed by SIGKILL, and then finished."""
    out = tmp_path / 'out'
    for i in range(20):
        shutil.copy(videos / 'sad' / '1.mp4', videos / f'{i}.mp4')
    records = out / '.prepare' / 'records'
    run = multiprocessing.get_context('forkserver').Process(
        target=jobs.prepare_all, args=(str(videos), str(out)))
    run.start()
    until = time.monotonic() + 120
    while (len(list(records.rglob('*.json'))) < 3
           and time.monotonic() < until):
        time.sleep(.002)
    run.kill()
    run.join()
    assert run.exitcode == -signal.SIGKILL
    before = len(list(records.rglob('*.json')))
    assert 3 <= before < 24
    done, _ = make(videos, out)
    assert len(done) == 24 - before
    make(videos, tmp_path / 'whole')
    assert tree(out) == tree(tmp_path / 'whole')


def test_two_runs_at_once(videos, tmp_path):
    code = ('import fcntl, sys; file = open(sys.argv[1], "w")\n'
            'fcntl.lockf(file, fcntl.LOCK_EX)\n'
            'print("locked", flush=True); sys.stdin.read()')
    make(videos, tmp_path / 'out')
    other = subprocess.Popen(
        [sys.executable, '-c', code, str(tmp_path / 'out/.prepare/lock')],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    other.stdout.readline()
    with pytest.raises(BlockingIOError, match='another run is writing there'):
        make(videos, tmp_path / 'out')
    other.communicate()
    assert make(videos, tmp_path / 'out')[0] == []


def test_other_settings_or_other_content(videos, tmp_path):
    make(videos, tmp_path / 'out')
    other = ClipOptions(FaceSettings('none', size=48))
    with pytest.raises(ValueError, match="other settings: .*'size': 48.*"
                       "'size': 32.*Use the same"):
        make(videos, tmp_path / 'out', options=other)
    with pytest.raises(ValueError, match='found something else'):
        make(videos, videos)


def test_decoder_that_crashes(videos, tmp_path, monkeypatch, jobs):
    monkeypatch.setattr(prepare, 'make_one', jobs.make_or_crash)
    _, records = make(videos, tmp_path / 'out')
    assert [r['status'] for r in records] == ['ok', 'failed', 'ok', 'failed']
    assert records[1]['reason'] == ('the process that read it was killed by '
                                    'SIGSEGV')


def test_full_disk_stops_the_job(videos, tmp_path, monkeypatch, jobs):
    monkeypatch.setattr(prepare, 'make_one', jobs.full_disk)
    with pytest.raises(OSError, match='No space left'):
        make(videos, tmp_path / 'out')
    assert not list((tmp_path / 'out/.prepare').rglob('*.json'))


def test_card_that_is_none(tmp_path):
    with pytest.raises(FileNotFoundError, match='no data card'):
        read_card(tmp_path)
    (tmp_path / 'data_card.json').write_text(json.dumps(dict(settings=1)))
    with pytest.raises(ValueError, match='expected a data card'):
        read_card(tmp_path)

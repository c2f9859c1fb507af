# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A part of tools/fault_trials.py malformed, and that it sees faults."""
import os
import pickle
import signal
import time
from importlib.util import find_spec

import pytest

import aen_mmaction  # noqa: F401  mends
from aen_mmaction.analysis.faults import malformed
from aen_mmaction.analysis.faults.mutations import MUTATIONS
from aen_mmaction.analysis.faults.readers import READERS, Reader

COUNT = 5  # intact, cut, trap, flip, climb


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The trials change the current folder and the cache's."""
    folder = os.getcwd()
    monkeypatch.setenv('AEN_MMACTION_CACHE', '')
    for name in ('MIN_FOLDERS', '_YOUNG'):
        monkeypatch.setattr(f'aen_mmaction.datasets.folder_index.{name}', 0)
    yield
    os.chdir(folder)


@pytest.mark.parametrize('name', READERS)
def test_every_reader_withstands_the_first_mutations(name):
    if not all(find_spec(package) for package in READERS[name].needs):
        pytest.skip(f'needs {READERS[name].needs}')
    trials = malformed.run_malformed(COUNT, 7, [name])
    assert [t.mutation for t in trials] == list(MUTATIONS)[:COUNT]
    assert not [t for t in trials if t.outcome == 'FAULT']
    assert trials[0].outcome == 'right'  # the intact file
    assert 'error' in {t.outcome for t in trials} or 'resume' in name or (
        name == 'folder index')  # which have something else to read


def careless(read):
    """A reader of a file of which only ``read`` decides."""
    return Reader('a.bin', lambda folder: b'0123456789' * 9, read,
                  lambda good, found, spoiled: None)


def hang(path):
    if path.read_bytes()[:4] != b'0123':
        time.sleep(9)


def crash(path):
    if path.read_bytes()[:4] != b'0123':
        os.kill(os.getpid(), signal.SIGKILL)


def unpickle(path):
    data = path.read_bytes()
    if data[:1] == b'\x80':
        pickle.loads(data)


def nameless(path):
    if path.read_bytes()[:4] != b'0123':
        raise ValueError('something is wrong')


def never(path):
    if 'refuse' in os.environ:
        raise ValueError(f'{path}: no')
    os.environ['refuse'] = '1'


@pytest.mark.parametrize('read, text', [
    (hang, 'hangs'),
    (crash, 'crashed with SIGKILL'),
    (unpickle, 'code in the file was executed'),
    (nameless, 'does not name the file: something is wrong'),
    (never, 'the good file is refused'),
    (lambda path: path.read_bytes()[89], 'IndexError: '),
], ids=['hangs', 'crashes', 'runs code', 'nameless', 'refuses', 'traceback'])
def test_a_careless_reader_is_seen(monkeypatch, read, text):
    monkeypatch.setitem(READERS, 'careless', careless(read))
    monkeypatch.setattr(malformed, 'SECONDS', 1)
    monkeypatch.setenv('refuse', '')
    monkeypatch.delenv('refuse')
    names = list(MUTATIONS)
    count = 1 if read is never else 1 + names.index('trap')
    trials = malformed.run_malformed(count, 0, ['careless'])
    faults = [t for t in trials if t.outcome == 'FAULT']
    assert faults and all(text in t.text for t in faults)


def test_table():
    trial = malformed.Trial('images', 'cut', 'error', 'x')
    lines = malformed.table([trial, trial._replace(outcome='right'), trial])
    assert lines[-1] == '| images | 3 | 2 | 1 | 0 |'

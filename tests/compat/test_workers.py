# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The error of a worker that dies or hangs names the clip."""
import multiprocessing
import os
import signal
import time

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.runner import FlexibleRunner, Runner
from torch.utils.data import Dataset

import aen_mmaction  # noqa: F401  mends
from aen_mmaction.compat.workers import _end_workers, being_read


class Toy(BaseModel):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return dict(loss=self.weight.sum())


class Clips(Dataset):
    """Reading clip 5 does what ``bad`` says."""

    def __init__(self, bad):
        self.bad = bad

    def __len__(self):
        return 8

    def __getitem__(self, i):
        if i == 5:
            self.bad()
        return dict(inputs=torch.ones(1))

    def get_data_info(self, i):
        return dict(
            clip_id=f'0000{i}', frame_dir=f'clips/0000{i}',
            ann=f'set_1.csv:{i + 2}')


def make(work_dir, bad, kind=Runner, **loader):
    return kind(
        Toy(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=2,
            num_workers=2,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=Clips(bad),
            **loader),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(checkpoint=None),
        experiment_name=str(work_dir),
        log_level='ERROR')


@pytest.fixture
def sigchld():
    before = signal.getsignal(signal.SIGCHLD)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.parametrize('kind', [Runner, FlexibleRunner])
def test_dead(tmp_path, kind):
    runner = make(tmp_path, lambda: os.kill(os.getpid(), signal.SIGKILL), kind)
    with pytest.raises(RuntimeError, match='worker') as error:
        runner.train()
    assert 'clip 00005 in clips/00005 (set_1.csv:7)' in str(error.value)
    assert 'Try these clips alone' in str(error.value)


def test_hung(tmp_path, sigchld):
    runner = make(tmp_path, lambda: time.sleep(100), timeout=3)
    with pytest.raises(RuntimeError, match='timed out after 3') as error:
        runner.train()
    lines = str(error.value).splitlines()
    assert any('clip 00005' in line and ' s' in line for line in lines)
    marks = runner.train_loop.dataloader.marks
    hung = [p for p in multiprocessing.active_children()
            if p.pid in marks[:, 2].tolist()]
    assert hung
    begin = time.monotonic()
    _end_workers(marks)
    for process in hung:
        process.join(10)
    assert not any(p.is_alive() for p in hung)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize('kind', [Runner, FlexibleRunner])
def test_a_term_signal_to_workers_is_outlived(tmp_path, kind):
    def term():
        os.kill(os.getpid(), signal.SIGTERM)

    runner = make(tmp_path, term, kind)
    runner.train()
    assert runner.iter == 4
    assert being_read(runner.train_loop.dataloader) == []


def test_other_errors_stay_as_they_are(tmp_path):
    def fail():
        raise RuntimeError('of the clip itself')

    with pytest.raises(RuntimeError, match='of the clip itself') as error:
        make(tmp_path, fail).train()
    assert 'Try these clips' not in str(error.value)


def test_without_marks():
    assert being_read(None) == []

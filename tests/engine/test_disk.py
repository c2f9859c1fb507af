# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is asked of the disk before a training."""
import errno
import os
import shutil
from collections import namedtuple
from types import SimpleNamespace

import pytest
import torch
from mmengine.hooks import CheckpointHook

from aen_mmaction.engine.disk import (bytes_to_write, check_space,
                                      check_writable, checkpoint_bytes)
from aen_mmaction.engine.hooks import DiskHook


def make(tmp_path, momentum=0.9, optimizer=torch.optim.SGD, **hook):
    model = torch.nn.Linear(99, 10)  # 1000 values, 4000 bytes
    model.bias.requires_grad = False  # 10 of them are not trained
    options = dict(momentum=momentum) if optimizer is torch.optim.SGD else {}
    hook = CheckpointHook(**hook)
    hook.out_dir = str(tmp_path)
    runner = SimpleNamespace(
        model=model, epoch=0, iter=0, max_epochs=100, max_iters=1000,
        work_dir=str(tmp_path), hooks=[hook],
        optim_wrapper=SimpleNamespace(
            optimizer=optimizer(model.parameters(), lr=1., **options)))
    return runner, hook


@pytest.mark.parametrize('options, expected', [
    (dict(), 4000 + 3960),
    (dict(momentum=0), 4000),
    (dict(optimizer=torch.optim.AdamW), 4000 + 2 * 3960),
])
def test_checkpoint_bytes(tmp_path, options, expected):
    assert checkpoint_bytes(make(tmp_path, **options)[0]) == expected


@pytest.mark.parametrize('there, options, checkpoints', [
    (0, dict(interval=1, max_keep_ckpts=3), 3 + 1),
    (3, dict(interval=1, max_keep_ckpts=3), 0 + 1),
    (0, dict(interval=10), 10 + 1 + 1),  # and the last
    (0, dict(interval=-1, save_last=True), 1 + 1),
])
def test_bytes_to_write(tmp_path, there, options, checkpoints):
    for i in range(there):
        (tmp_path / f'epoch_{i}.pth').touch()
    runner, hook = make(tmp_path, momentum=0, **options)
    assert bytes_to_write(runner, hook) == 4000 * checkpoints


def test_full_disk_is_told_before_the_start(tmp_path, monkeypatch):
    usage = namedtuple('usage', 'free')
    runner, hook = make(tmp_path, momentum=0, interval=1, max_keep_ckpts=1)
    monkeypatch.setattr(shutil, 'disk_usage', lambda path: usage(8000))
    check_space(runner, hook)
    monkeypatch.setattr(shutil, 'disk_usage', lambda path: usage(7999))
    with pytest.raises(OSError, match='found 0 MB free.*max_keep_ckpts=1'):
        DiskHook().before_train(runner)


def test_what_a_kill_left_is_removed(tmp_path):
    runner, _ = make(tmp_path)
    runner.logger = SimpleNamespace(info=print)
    left = tmp_path / '.epoch_1.pth.77.fresh'
    left.write_bytes(b'half')
    (tmp_path / 'epoch_1.pth').touch()
    DiskHook().before_train(runner)
    assert [p.name for p in tmp_path.iterdir()] == ['epoch_1.pth']


def test_check_writable(tmp_path, monkeypatch):
    check_writable(tmp_path / 'new' / 'folder')
    assert list((tmp_path / 'new' / 'folder').iterdir()) == []
    (tmp_path / 'file').touch()
    with pytest.raises(OSError, match="file/run'.*--work-dir FOLDER"):
        check_writable(tmp_path / 'file' / 'run')

    def refuse(*args, **kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr('os.replace', refuse)
    with pytest.raises(OSError, match='Read-only file system'):
        check_writable(tmp_path)
    assert [p.name for p in tmp_path.glob('.*')] == []

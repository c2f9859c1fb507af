# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a resume goes on from when something was torn."""
import os
from collections import deque
from types import SimpleNamespace

import pytest
import torch
from mmengine.fileio import LocalBackend
from mmengine.hooks import CheckpointHook
from mmengine.runner import load_checkpoint, runner

import aen_mmaction  # noqa: F401  mends
from aen_mmaction.compat.saving import checkpoint_fault, find_whole_checkpoint


def save(folder, name, age):
    """A small checkpoint, ``age`` seconds old."""
    path = folder / name
    torch.save(dict(state_dict=dict(weight=torch.arange(50.))), path)
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


@pytest.fixture
def work_dir(tmp_path):
    for i in (1, 2, 3):
        save(tmp_path, f'epoch_{i}.pth', age=10 - i)
    save(tmp_path, 'best_WAR_epoch_3.pth', age=0)
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_3.pth'))
    return tmp_path


def test_the_runner_asks_the_mended_function():
    assert runner.find_latest_checkpoint.is_aen_mend


def test_the_named_one_even_if_others_are_newer(work_dir):
    save(work_dir, 'epoch_100.pth', age=0)  # of an earlier run
    assert find_whole_checkpoint(str(work_dir)) == \
        str(work_dir / 'epoch_3.pth')


@pytest.mark.parametrize('spoil', [
    lambda p: p.write_bytes(p.read_bytes()[:-100]),
    lambda p: p.write_bytes(b''),
    lambda p: p.write_bytes(p.read_bytes().replace(
        torch.tensor([7.]).numpy().tobytes(), b'\1\2\3\4', 1)),
    lambda p: p.unlink(),
], ids=['cut', 'empty', 'one value', 'gone'])
def test_a_torn_one_is_passed_over(work_dir, spoil, monkeypatch):
    lines = []
    monkeypatch.setattr('aen_mmaction.compat.saving.print_log',
                        lambda text, **kwargs: lines.append(text))
    spoil(work_dir / 'epoch_3.pth')
    assert find_whole_checkpoint(str(work_dir)) == \
        str(work_dir / 'epoch_2.pth')
    assert 'epoch_3.pth is passed over' in lines[0]
    assert 'going on from' in lines[1] and 'epoch_2.pth' in lines[1]


def test_torn_pointer_and_moved_folder(work_dir, tmp_path):
    pointer = work_dir / 'last_checkpoint'
    pointer.write_text('/elsewhere/run/epoch_2.pth')
    assert find_whole_checkpoint(str(work_dir)) == \
        str(work_dir / 'epoch_2.pth')
    for content in (b'', b'\xff\x00'):
        pointer.write_bytes(content)
        assert find_whole_checkpoint(str(work_dir)) == \
            str(work_dir / 'epoch_3.pth')


def test_none_is_a_new_run_and_none_whole_an_error(tmp_path):
    assert find_whole_checkpoint(str(tmp_path)) is None
    (tmp_path / 'epoch_1.pth').write_bytes(b'PK')
    with pytest.raises(ValueError, match='1 damaged: epoch_1.pth. Remove'):
        find_whole_checkpoint(str(tmp_path))


def test_one_changed_value_is_refused_everywhere(tmp_path):
    path = save(tmp_path, 'a.pth', 0)
    assert checkpoint_fault(path) is None
    good = path.read_bytes()
    seven = torch.tensor([7.]).numpy().tobytes()
    path.write_bytes(good.replace(seven, torch.tensor([8.]).numpy().tobytes()))
    # torch itself reads it as if nothing were wrong
    assert torch.load(path)['state_dict']['weight'][7] == 8
    with pytest.raises(ValueError, match='is damaged'):
        load_checkpoint(torch.nn.Linear(1, 1), str(path))


def test_put_writes_whole_files_and_to_devices(tmp_path):
    backend = LocalBackend()
    backend.put(b'abc', tmp_path / 'new' / 'file')
    assert (tmp_path / 'new' / 'file').read_bytes() == b'abc'
    backend.put(b'abc', '/dev/null')
    assert not os.path.isfile('/dev/null')


@pytest.mark.parametrize('keep', [1, 2])
def test_the_old_one_goes_after_the_new_one_is_there(tmp_path, keep):
    hook = CheckpointHook(max_keep_ckpts=keep)
    hook.out_dir, hook.file_backend = str(tmp_path), LocalBackend()
    hook.file_client_args = None
    hook.keep_ckpt_ids = deque([], keep)
    there = []

    def save_checkpoint(out_dir, name, *args, **kwargs):
        there.append(sorted(p.name for p in tmp_path.glob('*.pth')))
        (tmp_path / name).touch()

    run = SimpleNamespace(
        save_checkpoint=save_checkpoint, work_dir=str(tmp_path),
        message_hub=SimpleNamespace(update_info=lambda *args: None))
    for step in (1, 2, 3, 3):
        hook._save_checkpoint_with_step(run, step, meta={})
    before = [[], ['epoch_1.pth'], ['epoch_1.pth', 'epoch_2.pth'][-keep:]]
    assert there[:3] == before
    left = [f'epoch_{i}.pth' for i in (1, 2, 3)][-keep:]
    assert sorted(p.name for p in tmp_path.glob('*.pth')) == left

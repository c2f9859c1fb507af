# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Whether a run's files can be written, asked before it starts."""
import os
import shutil
from pathlib import Path
from typing import Union

from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from ..files import write_atomic
from .hooks.unwrap import unwrap_model


def check_writable(folder: Union[str, Path]) -> None:
    """Write a file into a folder, which is made if need be, and remove it.

    Args:
        folder (str | Path): Work dir.

    Raises:
        OSError: If this fails; names the folder and the remedy.
    """
    probe = Path(folder) / f'.writable.{os.getpid()}'
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(probe, b'x')
        probe.unlink()
    except OSError as error:
        raise OSError(
            error.errno,
            f'work dir {str(folder)!r}: expected a folder that can be written '
            f'to, found: {error.strerror}. Name another with --work-dir '
            'FOLDER') from None


def checkpoint_bytes(runner: Runner) -> int:
    """Size of a checkpoint of this run, estimated.

    Weights, and for the optimizer as many values as trained weights once
    (momentum) or twice (two moments, or an optimizer of another kind).

    Args:
        runner (Runner): With model and optimizer built.
    """
    state = unwrap_model(runner.model).state_dict().values()
    size = sum(v.numel() * v.element_size() for v in state)
    defaults = getattr(getattr(runner.optim_wrapper, 'optimizer', None),
                       'defaults', {})
    moments = 2
    if 'momentum' in defaults:
        moments = int(defaults['momentum'] > 0)
    return size + moments * sum(
        p.numel() * p.element_size()
        for p in unwrap_model(runner.model).parameters() if p.requires_grad)


def bytes_to_write(runner: Runner, hook: CheckpointHook) -> int:
    """What the checkpoints of the rest of a run will take beyond what is.

    Args:
        runner (Runner): At the start of a training.
        hook (CheckpointHook): Of the run, with its folder known.
    """
    left = (runner.max_epochs - runner.epoch
            if hook.by_epoch else runner.max_iters - runner.iter)
    count = max(0, left // hook.interval) if hook.interval > 0 else 0
    count += bool(hook.save_last)
    if hook.max_keep_ckpts > 0:
        there = len(list(Path(hook.out_dir).glob(
            hook.filename_tmpl.format('*'))))
        count = min(count, hook.max_keep_ckpts - there)
    # One more: the old one stays until the new one is written.
    return checkpoint_bytes(runner) * (max(count, 0) + 1)


def check_space(runner: Runner, hook: CheckpointHook) -> None:
    """Refuse to start a run whose checkpoints do not fit on the disk.

    Args:
        runner (Runner): At the start of a training.
        hook (CheckpointHook): Of the run.

    Raises:
        OSError: With what is needed, what is free, and the remedy.
    """
    if not os.path.isdir(hook.out_dir):
        return  # elsewhere (s3://), or not made yet
    needed = bytes_to_write(runner, hook)
    free = shutil.disk_usage(hook.out_dir).free
    if needed > free:
        size = checkpoint_bytes(runner)
        raise OSError(
            f'{hook.out_dir}: expected {needed / 1e6:,.0f} MB for checkpoints '
            f'of {size / 1e6:,.0f} MB, found {free / 1e6:,.0f} MB free. Free '
            'the disk, name another with --work-dir, or keep fewer: '
            '--cfg-options default_hooks.checkpoint.max_keep_ckpts=1')

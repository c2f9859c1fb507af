# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Checkpoints that a kill cannot tear; resuming from the last whole one.

Fault: mmengine 0.10.7 writes a checkpoint straight to its name, and its
``CheckpointHook`` removes an outdated one before the new one is written: a
kill or a full disk in between leaves a torn file, with ``max_keep_ckpts=1``
nothing. ``--resume`` then fails on it, or begins at nothing where
``last_checkpoint`` itself was torn.
Upstream: open-mmlab/mmengine, ``LocalBackend.put``,
``CheckpointHook._save_checkpoint_with_step``, ``find_latest_checkpoint``; no
issue known.
May go: when a kill at any moment of a saving leaves a run that resumes.
"""
import logging
import os
import os.path as osp
import zipfile
from pathlib import Path
from typing import Any, Callable, List, Optional

import mmengine.runner._flexible_runner as mmengine_flexible_runner
import mmengine.runner.checkpoint as mmengine_checkpoint
import mmengine.runner.runner as mmengine_runner
from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend
from mmengine.hooks import CheckpointHook
from mmengine.logging import print_log

from ..files import write_atomic
from .wrapping import wrap_once

#: Names of the checkpoints that a run can go on from; ``best_*`` cannot.
RUN_CHECKPOINTS = ('epoch_*.pth', 'iter_*.pth', 'preempted.pth')


def mend() -> bool:
    """Write whole files only, and find the last whole one.

    Returns:
        bool: Always True.
    """
    wrap_once(LocalBackend, 'put', _put)
    wrap_once(CheckpointHook, '_save_checkpoint_with_step', _save_then_remove)
    for module in (mmengine_checkpoint, mmengine_runner,
                   mmengine_flexible_runner):
        wrap_once(module, 'find_latest_checkpoint',
                  lambda original: lambda path: find_whole_checkpoint(path))
    return True


def _put(original: Callable) -> Callable:

    def put(self, obj: bytes, filepath: Any) -> None:
        if osp.exists(filepath) and not osp.isfile(filepath):
            original(self, obj, filepath)  # a device or a pipe
            return
        os.makedirs(osp.dirname(filepath) or '.', exist_ok=True)
        write_atomic(filepath, obj)

    return put


def _save_then_remove(original: Callable) -> Callable:

    def _save_checkpoint_with_step(self, runner: Any, step: int,
                                   meta: dict) -> None:
        outdated = None
        if (self.max_keep_ckpts > 0 and step not in self.keep_ckpt_ids
                and len(self.keep_ckpt_ids) == self.max_keep_ckpts):
            outdated = self.keep_ckpt_ids.popleft()
        original(self, runner, step, meta)
        if outdated is not None and is_main_process():
            path = self.file_backend.join_path(
                self.out_dir, self.filename_tmpl.format(outdated))
            if self.file_backend.isfile(path):
                self.file_backend.remove(path)
            elif self.file_backend.isdir(path):  # of DeepSpeed
                self.file_backend.rmtree(path)

    return _save_checkpoint_with_step


def find_whole_checkpoint(path: str) -> Optional[str]:
    """The checkpoint that ``--resume`` goes on from.

    It is the one that ``last_checkpoint`` names; where this is torn or gone,
    the newest whole one, with a warning.

    Args:
        path (str): Work dir.

    Returns:
        str | None: The file; None if there is none at all: a new run.

    Raises:
        ValueError: If there are checkpoints, and none is whole.
    """
    candidates = _candidates(Path(path))
    for i, candidate in enumerate(candidates):
        fault = checkpoint_fault(candidate)
        if fault is None:
            if i:
                print_log(
                    f'going on from {candidate}, the newest whole checkpoint',
                    logger='current',
                    level=logging.WARNING)
            return str(candidate)
        print_log(
            f'checkpoint {candidate} is passed over: {fault}',
            logger='current',
            level=logging.WARNING)
    if candidates:
        raise ValueError(
            f'{path}: expected a whole checkpoint to resume from, found '
            f'{len(candidates)} damaged: '
            f'{", ".join(c.name for c in candidates)}. Remove them to start '
            'this run anew, or name another file: --resume FILE')
    return None


def _candidates(work_dir: Path) -> List[Path]:
    """The file that ``last_checkpoint`` names, then the others, new first."""
    found = {path for pattern in RUN_CHECKPOINTS
             for path in work_dir.glob(pattern)}
    order = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    pointer = work_dir / 'last_checkpoint'
    named = pointer.read_text(errors='replace').strip() \
        if pointer.is_file() else ''
    if named:
        last = Path(named)
        if not last.exists() and (work_dir / last.name).exists():
            last = work_dir / last.name  # the work dir was moved
        order = [last] + [path for path in order if path.name != last.name]
    return order


def checkpoint_fault(path: Path) -> Optional[str]:
    """Why a checkpoint on this disk is not whole.

    Args:
        path (Path): File written by torch.

    Returns:
        str | None: What is wrong; None if every byte has its checksum. A
        folder (of DeepSpeed) and an address (``s3://``) are not examined.
    """
    if path.is_dir() or ':/' in str(path):
        return None
    if not path.exists():
        return 'there is no such file'
    try:
        with zipfile.ZipFile(path) as file:
            broken = file.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError,
            NotImplementedError, RuntimeError) as error:
        return f'it is cut short or damaged ({error})'
    return broken and f'it is damaged (checksum of {broken})'

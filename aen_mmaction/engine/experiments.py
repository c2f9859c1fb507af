# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A training and its test as a job that can be killed and goes on.

The config with all its options is written into the job's folder, and the
folder's name holds a hash of it and of the files it reads. So a changed
config is another folder, and an unchanged one is never run twice.
"""
import copy
import hashlib
import io
import os
import sys
from functools import lru_cache
from pathlib import Path
from pprint import pformat
from typing import Dict, Iterator, Optional, Sequence

import torch
from mmengine.config import Config
from mmengine.runner import CheckpointLoader

import aen_mmaction

from ..compat.saving import RUN_CHECKPOINTS, find_whole_checkpoint
from ..files import write_atomic
from .config_options import annotation_files, set_data_root
from .jobs import Job

CONFIG_NAME = 'config.py'


def repository_file(path: str) -> Path:
    """A file of the project, from a clone or from the installed package.

    Args:
        path (str): For example ``tools/train.py``; one that exists as it is
            is taken as it is.

    Raises:
        FileNotFoundError: If it is nowhere.
    """
    package = Path(aen_mmaction.__file__).resolve().parent
    for base in (Path(), package.parent, package / '.mim'):
        if (base / path).is_file():
            return base / path
    raise FileNotFoundError(
        f'{path}: expected it below the current folder, {package.parent} or '
        f'{package / ".mim"}')


def load_config(path: str,
                options: Optional[Dict] = None,
                data_root: Optional[str] = None,
                seed: Optional[int] = None) -> Config:
    """A config as a job trains it.

    Args:
        path (str): Config file.
        options (dict, optional): Dotted key -> value, as ``--cfg-options``.
        data_root (str, optional): As ``--data-root``.
        seed (int, optional): As ``--seed``.

    Returns:
        Config: With everything written into it.

    Raises:
        ValueError: If an option is of no part of the config.
    """
    cfg = copy.deepcopy(_read_config(repository_file(path)))
    unknown = sorted({key for key in options or {}
                      if key.split('.')[0] not in cfg})
    if unknown:
        raise ValueError(f'{path}: options {unknown}: expected keys that '
                         f'begin with one of {sorted(cfg.keys())}')
    if data_root is not None:
        set_data_root(cfg, data_root)
    # Only the newest state is needed to go on from.
    cfg.merge_from_dict({'default_hooks.checkpoint.max_keep_ckpts': 1})
    cfg.merge_from_dict(dict(options or {}))
    if seed is not None:
        cfg.merge_from_dict({'randomness.seed': seed})
    return cfg


@lru_cache(maxsize=None)
def _read_config(path: Path) -> Config:
    """A config file, read once for all cells of a grid."""
    return Config.fromfile(path)


def training_job(cfg: Config,
                 name: str,
                 root: Path,
                 needs: Sequence[Job] = (),
                 test: bool = True,
                 title: str = '') -> Job:
    """Train a config, test its result, keep the weights.

    Args:
        cfg (Config): What to run, see :func:`load_config`.
        name (str): Beginning of the folder's name.
        root (Path): Folder of all jobs.
        needs (Sequence[Job]): What must be finished before.
        test (bool): Whether to test. Defaults to True.
        title (str): Name in the log; defaults to the folder's.

    Returns:
        Job: Stages ``train``, ``test`` and ``slim``. Its folder holds
        ``config.py``, logs, ``test/`` and the checkpoint.
    """
    text = ''.join(f'{key} = {pformat(value, sort_dicts=False)}\n'
                   for key, value in cfg.to_dict().items())
    folder = Path(root) / f'{name}-{_fingerprint(cfg, text, root)}'
    config = folder / CONFIG_NAME

    def train():
        config.write_text(text, encoding='utf-8')
        _forget_broken_checkpoints(folder)
        return [sys.executable, repository_file('tools/train.py'), config,
                '--work-dir', folder, '--resume']

    def run_test():
        return [sys.executable, repository_file('tools/test.py'), config,
                chosen_checkpoint(cfg, folder), '--work-dir', folder,
                '--out-dir', folder / 'test']

    def slim():
        _slim(chosen_checkpoint(cfg, folder))

    stages = dict(train=train, test=run_test, slim=slim)
    if not test:
        del stages['test']
    leaves = dict(
        train=final_checkpoint(cfg, folder),
        test=folder / 'test' / 'predictions.csv')
    return Job(folder, stages, tuple(needs), title or folder.name, leaves)


def final_checkpoint(cfg: Config, folder: Path) -> Path:
    """The file a finished training leaves."""
    loop = cfg.train_cfg
    if loop.get('max_epochs'):
        return Path(folder) / f'epoch_{loop.max_epochs}.pth'
    return Path(folder) / f'iter_{loop.max_iters}.pth'


def chosen_checkpoint(cfg: Config, folder: Path) -> Path:
    """The file to test: the best one if the config picks it, else the last.

    Raises:
        FileNotFoundError: If the training left none.
    """
    path = final_checkpoint(cfg, folder)
    if cfg.default_hooks.checkpoint.get('save_best'):
        best = sorted(Path(folder).glob('best_*.pth'), key=os.path.getmtime)
        path = best[-1] if best else path.with_name('best_*.pth')
    if not path.is_file():
        raise FileNotFoundError(f'the training left no {path}')
    return path


def _fingerprint(cfg: Config, text: str, root: Path) -> str:
    """Hash of a config, of the files it reads, and of the version."""
    digest = hashlib.sha256(f'{aen_mmaction.__version__}\n{text}'.encode())
    for path in sorted(_files_read(cfg, Path(root))):
        digest.update(f'{path} {_file_hash(path, path.stat().st_mtime)}'
                      .encode())
    return digest.hexdigest()[:10]


@lru_cache(maxsize=None)
def _file_hash(path: Path, modified: float) -> str:
    """Hash of a file's content; ``modified`` keys the cache."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files_read(cfg: Config, root: Path) -> Iterator[Path]:
    """Lists and checkpoints that exist; jobs' products carry their hash."""
    yield from {path for path in annotation_files(cfg) if path.is_file()
                and root not in path.parents}
    for value in set(_texts(cfg.to_dict())):
        path = Path(value)
        if (path.suffix in ('.pth', '.pt', '.pkl', '.safetensors')
                and root not in path.parents and path.is_file()):
            yield path


def _texts(node) -> Iterator[str]:
    """Every text in a nest of dicts, lists and tuples."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list, tuple)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _texts(child)


def _forget_broken_checkpoints(folder: Path) -> None:
    """Start anew where there are checkpoints, and none is whole."""
    try:
        find_whole_checkpoint(str(folder))
    except ValueError:
        (folder / 'last_checkpoint').unlink(missing_ok=True)
        for pattern in RUN_CHECKPOINTS:
            for path in folder.glob(pattern):
                path.unlink()


def _slim(path: Path) -> None:
    """Leave out of a checkpoint what only a resume needs."""
    file = CheckpointLoader.load_checkpoint(str(path), 'cpu',
                                            logger='silent')
    buffer = io.BytesIO()
    torch.save({key: file[key] for key in ('meta', 'state_dict')}, buffer)
    write_atomic(path, buffer.getvalue())

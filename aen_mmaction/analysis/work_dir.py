# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a training or test left in its work dir: config, weights, log."""
import json
import re
from pathlib import Path
from typing import Dict, List, Union

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch.utils.data import Dataset

_EPOCH = re.compile(r'(?:epoch|iter)_(\d+)\.pth$')


def find_config(work_dir: Union[str, Path]) -> Path:
    """The config a run was made with, as the runner wrote it down.

    Args:
        work_dir (str | Path): The run's folder.

    Returns:
        Path: ``<time>/vis_data/config.py`` of the last training, with the
        options it was given; ``<work dir>/<name>.py`` is written anew by
        each test and serves where there was no training, then the newest
        ``<time>/vis_data/config.py``.

    Raises:
        FileNotFoundError: If there is none at all.
        ValueError: If several configs lie side by side.
    """
    work_dir = Path(work_dir)
    logs = sorted(work_dir.glob('*/vis_data/scalars.json'))
    found = [
        path.with_name('config.py') for path in logs
        if '"iter"' in path.read_text(encoding='utf-8')
        and path.with_name('config.py').is_file()
    ][-1:]
    found = found or sorted(work_dir.glob('*.py'))
    found = found or sorted(work_dir.glob('*/vis_data/config.py'))[-1:]
    if not found:
        raise FileNotFoundError(
            f'{work_dir}: expected the config that tools/train.py or '
            'tools/test.py leaves there (<name>.py), found none. Give the '
            'folder named by their --work-dir.')
    if len(found) > 1:
        raise ValueError(f'{work_dir}: expected one config, found '
                         f'{[path.name for path in found]}')
    return found[0]


def find_checkpoint(work_dir: Union[str, Path]) -> Path:
    """The last weights of a training.

    Args:
        work_dir (str | Path): The training's folder.

    Returns:
        Path: The ``epoch_*.pth`` (or ``iter_*.pth``) with the largest number.

    Raises:
        FileNotFoundError: If there is none.
    """
    work_dir = Path(work_dir)
    found = [p for p in work_dir.glob('*.pth') if _EPOCH.search(p.name)]
    if not found:
        raise FileNotFoundError(f'{work_dir}: no epoch_*.pth there. Name the '
                                'weights with --checkpoint.')
    return max(found, key=lambda p: int(_EPOCH.search(p.name)[1]))


def build_test_set(cfg: Config) -> Dataset:
    """The data set a config tests on."""
    init_default_scope(cfg.default_scope)
    return DATASETS.build(cfg.test_dataloader.dataset)


def read_scalars(work_dir: Union[str, Path]) -> List[Dict]:
    """Everything logged in training, over interruptions.

    Args:
        work_dir (str | Path): The training's folder.

    Returns:
        list[dict]: Rows of all ``<time>/vis_data/scalars.json`` in order of
        time. A row has ``step`` and either losses (with ``iter``, ``epoch``)
        or metrics. Steps that a resumed run repeated are there once, as it
        made them. A last line that a kill cut short is left out.

    Raises:
        ValueError: If another line is damaged; names file and line.
    """
    rows: List[Dict] = []
    for path in sorted(Path(work_dir).glob('*/vis_data/scalars.json')):
        fresh = _read_rows(path)
        if not any('iter' in row for row in fresh):
            continue  # a test
        first = min(row['iter'] for row in fresh if 'iter' in row)
        epoch = min(row['epoch'] for row in fresh if 'iter' in row)
        rows = [
            row for row in rows if
            (row['iter'] < first if 'iter' in row else row['step'] < epoch)
        ] + fresh
    return rows


def _read_rows(path: Path) -> List[Dict]:
    """The rows of one ``scalars.json``."""
    lines = path.read_bytes().split(b'\n')
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode('utf-8'))
            if 'step' not in row:
                raise ValueError('no step')
        except (TypeError, ValueError) as error:
            if number == len(lines):  # without its line break
                break
            raise ValueError(
                f'{path}:{number}: expected a row of the training log, found '
                f'{error}. Remove the line') from error
        rows.append(row)
    return rows

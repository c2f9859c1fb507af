# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A grid of experiments, read from a YAML file.

::

    title: Two methods, with and without stage 1
    seeds: [0, 1, 2]
    data_root: '{faces}/set/dfew' # config, data_root, options of every cell
    options:                      # as --cfg-options
      train_cfg.max_epochs: 4
    prepare:                      # made once, when a cell needs it
      faces:
        tool: tools/data/make_synthetic.py
        args: [--root, '{here}/set']
      stage-1:
        config: configs/frame_fer/resnet18_synthetic.py
        data_root: '{faces}/set/raf-db'
    axes:                         # cells are the product of the axes
      method:
        AEN: {config: configs/aen_synthetic.py}
        Former-DFER: {config: configs/former-dfer_synthetic.py}
      start:
        scratch: {}
        stage 1:
          options: {model.init_backbone.checkpoint: '{stage-1}'}

An axis is a column of the table, its entries are the labels there; an entry
may give ``config``, ``data_root`` and ``options`` over those of the grid, a
later axis over an earlier one. ``{name}`` stands for what a preparation
makes: the folder of a tool, the checkpoint of a training; ``{here}`` for the
tool's own folder.
"""
import hashlib
import itertools
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Tuple

import yaml
from mmengine.config import Config

import aen_mmaction

from .experiments import (final_checkpoint, load_config, repository_file,
                          training_job)
from .jobs import Job

_PLACE = re.compile(r'\{([\w.-]+)\}')
_TRAINING_KEYS = {'config', 'data_root', 'options'}
_GRID_KEYS = {'title', 'notes', 'seeds', 'prepare', 'axes', *_TRAINING_KEYS}


@dataclass(frozen=True)
class Cell:
    """One training and test of the grid.

    Attributes:
        labels (tuple[str]): Its entry of each axis.
        seed (int): Seed.
        cfg (Config): What is trained.
        job (Job): The work; equal cells share its folder.
    """
    labels: Tuple[str, ...]
    seed: int
    cfg: Config
    job: Job


@dataclass
class Grid:
    """A grid as read.

    Attributes:
        title (str): What it compares.
        notes (list[str]): Lines for below the table.
        axes (tuple[str]): Names of the axes, the table's first columns.
        cells (list[Cell]): All cells, seeds of a row in a row.
    """
    title: str
    notes: List[str]
    axes: Tuple[str, ...]
    cells: List[Cell] = field(default_factory=list)


def load_grid(path: str, root: Path) -> Grid:
    """Read a grid and lay out its jobs; nothing is run.

    Args:
        path (str): YAML file.
        root (Path): Folder for the jobs.

    Returns:
        Grid: With every cell's config and job.

    Raises:
        ValueError: If a key, a placeholder or an axis is not as expected.
        FileNotFoundError: If a config or tool does not exist.
    """
    text = Path(path).read_text(encoding='utf-8')
    content = yaml.safe_load(text) or {}
    _check_keys(path, 'the grid', content, _GRID_KEYS, {'title', 'axes'})
    made = _Made(path, Path(root))
    for name, entry in (content.get('prepare') or {}).items():
        made.add(name, entry)
    axes = content['axes']
    grid = Grid(content['title'], list(content.get('notes') or []),
                tuple(axes))
    for labels in itertools.product(*axes.values()):
        entries = [axes[axis][label] for axis, label in zip(axes, labels)]
        plan = _merge(path, ('the grid', *labels), [
            {k: content[k] for k in _TRAINING_KEYS & content.keys()}, *entries
        ])
        for seed in content.get('seeds') or [0]:
            text = ', '.join(map(str, labels))
            cfg, job = made.training(plan, seed, f'{text}, seed {seed}')
            grid.cells.append(Cell(tuple(map(str, labels)), seed, cfg, job))
    return grid


def _merge(path: str, labels: Tuple, entries: List[Dict]) -> Dict:
    """What the grid and the entries of a cell say together."""
    plan: Dict = dict(options={})
    for label, entry in zip(labels, entries):
        entry = entry or {}
        _check_keys(path, f'{label!r}', entry, _TRAINING_KEYS)
        plan['options'].update(entry.get('options') or {})
        plan.update({k: v for k, v in entry.items() if k != 'options'})
    if 'config' not in plan:
        raise ValueError(f'{path}: expected a config for {labels[1:]}: '
                         'neither the grid nor an axis gives one')
    return plan


def _check_keys(path: str, owner: str, entry: Dict, known: set,
                needed: set = frozenset()) -> None:
    if not isinstance(entry, dict):
        raise ValueError(f'{path}: {owner}: expected keys and values, got '
                         f'{entry!r}')
    wrong = sorted(set(entry) - known), sorted(needed - set(entry))
    if any(wrong):
        raise ValueError(
            f'{path}: {owner}: unknown keys {wrong[0]}, missing keys '
            f'{wrong[1]}; expected some of {sorted(known)}')


class _Made:
    """What the preparations make, by name."""

    def __init__(self, path: str, root: Path) -> None:
        self.path = path
        self.root = root
        self.jobs: Dict[str, Job] = {}
        self.products: Dict[str, str] = {}

    def add(self, name: str, entry: Dict) -> None:
        """Lay out one preparation."""
        known = _TRAINING_KEYS | {'tool', 'args', 'seed'}
        _check_keys(self.path, f'prepare {name!r}', entry, known)
        if ('tool' in entry) == ('config' in entry):
            raise ValueError(f'{self.path}: prepare {name!r}: expected either '
                             f'tool or config, got {sorted(entry)}')
        if 'config' in entry:
            cfg, job = self.training(entry, entry.get('seed'), name, False)
            self.products[name] = str(final_checkpoint(cfg, job.folder))
        else:
            job = self._tool(name, entry)
            self.products[name] = str(job.folder)
        self.jobs[name] = job

    def training(self, plan: Dict, seed: int, title: str,
                 test: bool = True) -> Tuple[Config, Job]:
        """Config and job of a training that may use what is made."""
        needs: Dict[str, Job] = {}
        options, data_root = (
            self._fill(plan.get(key), needs) for key in ('options',
                                                         'data_root'))
        cfg = load_config(plan['config'], options, data_root, seed)
        name = Path(plan['config']).stem
        return cfg, training_job(cfg, name, self.root, tuple(needs.values()),
                                 test, title)

    def _tool(self, name: str, entry: Dict) -> Job:
        """Job of a tool with its arguments."""
        needs: Dict[str, Job] = {}
        tool = repository_file(entry['tool'])
        args = [str(arg) for arg in entry.get('args') or []]
        filled = self._fill(args, needs, here='{here}')
        digest = hashlib.sha256(
            f'{aen_mmaction.__version__} {entry["tool"]} {filled}'.encode())
        folder = self.root / f'{name}-{digest.hexdigest()[:10]}'
        command = [sys.executable, tool,
                   *self._fill(args, {}, here=str(folder))]
        return Job(folder, dict(make=lambda: command), tuple(needs.values()),
                   name)

    def _fill(self, node: Any, needs: Dict[str, Job], **more: str) -> Any:
        """Put products in the place of ``{name}``; note who makes them."""
        if isinstance(node, dict):
            return {k: self._fill(v, needs, **more) for k, v in node.items()}
        if isinstance(node, list):
            return [self._fill(child, needs, **more) for child in node]
        if not isinstance(node, str):
            return node
        products = {**self.products, **more}

        def fill(match: 're.Match') -> str:
            name = match.group(1)
            if name not in products:
                raise ValueError(
                    f'{self.path}: {{{name}}}: expected the name of a '
                    f'preparation above it, one of {sorted(products)}')
            if name in self.jobs:
                needs[name] = self.jobs[name]
            return products[name]

        return _PLACE.sub(fill, node)

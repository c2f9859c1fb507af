# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""All folds of a config: trained, tested, and taken together."""
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from mmengine.config import Config

from ..engine.config_options import annotation_files, set_fold
from ..engine.experiments import load_config, training_job
from ..engine.jobs import Job
from ..evaluation import group_matrix
from ..evaluation.confusion import confusion_matrix
from ..evaluation.reporting import write_confusion_matrix
from ..evaluation.runs import RunResult, read_test
from ..evaluation.tables import Table, write_table
from .comparison import results_table
from .protocol import budget_line, data_line, protocol_line
from .run_results import RATES, over_folds


@dataclass(frozen=True)
class Fold:
    """One fold.

    Attributes:
        number (int): 1-based.
        cfg (Config): What is trained.
        job (Job): The work.
    """
    number: int
    cfg: Config
    job: Job


def method_name(config: str) -> str:
    """A config's name without its fold: ``aen_dfew`` of aen_dfew_fold1.py."""
    return re.sub(r'[-_]?fold\d+', '', Path(config).stem)


def lay_out_folds(config: str,
                  folds: Sequence[int],
                  root: Path,
                  options: Optional[Dict] = None,
                  data_root: Optional[str] = None,
                  seed: Optional[int] = None) -> List[Fold]:
    """Config and job of each fold; nothing is run.

    Args:
        config (str): Config of any fold.
        folds (Sequence[int]): Numbers of the folds, from 1.
        root (Path): Folder for the jobs.
        options (dict, optional): Dotted key -> value, as ``--cfg-options``.
        data_root (str, optional): As ``--data-root``.
        seed (int, optional): As ``--seed``.

    Returns:
        list[Fold]: In the order asked for.

    Raises:
        ValueError: If the data set shows no folds.
        FileNotFoundError: If a fold's list is missing.
    """
    laid_out = []
    for number in folds:
        cfg = load_config(config, options, data_root, seed)
        set_fold(cfg, number)
        missing = [str(p) for p in annotation_files(cfg) if not p.exists()]
        if missing:
            raise FileNotFoundError(
                f'fold {number}: no {missing[0]}. Say where the data set is '
                'with --data-root, and which folds it has with --folds.')
        name = f'{method_name(config)}-fold{number}'
        job = training_job(cfg, name, root, title=f'fold {number}')
        laid_out.append(Fold(number, cfg, job))
    return laid_out


def write_cross_validation(folds: Sequence[Fold], name: str,
                           out_dir: Path) -> List[Path]:
    """Take the finished folds together.

    Args:
        folds (Sequence[Fold]): All folds.
        name (str): Of the method, for the tables.
        out_dir (Path): Gets ``folds.{md,tex,csv}`` (each fold, mean ±
            standard deviation, pooled), ``row.{md,tex,csv}`` (as in the
            paper's tables), ``confusion_matrix[_groups].{csv,png}`` of the
            pooled clips, and each fold's test in ``fold<k>/``.

    Returns:
        list[Path]: The tables and matrices; none if no fold is finished.
    """
    out_dir = Path(out_dir)
    _remove_old(out_dir)
    done = [fold for fold in folds if fold.job.is_done]
    if not done:
        return []
    for fold in done:
        shutil.copytree(fold.job.folder / 'test',
                        out_dir / f'fold{fold.number}')
    run = RunResult(
        name,
        tuple(read_test(out_dir / f'fold{fold.number}') for fold in done))
    protocol = _protocol(folds, done, run)
    notes = [
        f'Data: {data_line(done[0].cfg)}.',
        f'Budget of a fold: {budget_line(done[0].cfg, done[0].job.folder)}.',
        f'Protocol: {protocol}.'
    ]
    row = results_table([run])
    tables = dict(
        folds=_folds_table(done, run, notes),
        row=Table(row.header, row.rows, [*row.notes, *notes]))
    paths = [path for stem, table in tables.items()
             for path in write_table(out_dir / stem, *table)]
    return paths + _write_matrices(run, out_dir)


def _remove_old(out_dir: Path) -> None:
    """Leave nothing of another config among the results."""
    for stem in ('folds', 'row', 'confusion_matrix*'):
        for path in out_dir.glob(f'{stem}.*'):
            path.unlink()
    for path in out_dir.glob('fold[0-9]*'):
        shutil.rmtree(path)


def _folds_table(done: Sequence[Fold], run: RunResult,
                 notes: Sequence[str]) -> Table:
    """Each fold, their mean with its spread, and all clips pooled."""
    rates = over_folds(run)
    pooled = run.pooled()
    rows = []
    for fold, test in zip(done, run.folds):
        metrics = test.metrics()
        rows.append([str(fold.number), len(test.clip_ids),
                     *(f'{metrics[rate]:.2f}' for rate in RATES)])
    spread = [
        f'{rates[r].mean:.2f}' +
        ('' if rates[r].sd is None else f' ± {rates[r].sd:.2f}')
        for r in RATES
    ]
    rows.append(['mean ± standard deviation', None, *spread])
    metrics = pooled.metrics()
    rows.append([
        'pooled [95 % bootstrap interval over clips]', len(pooled.clip_ids),
        *(f'{metrics[r]:.2f} [{rates[r].low:.2f}, {rates[r].high:.2f}]'
          for r in RATES)
    ])
    return Table(('fold', 'clips', *RATES), rows, ['Percent.', *notes])


def _protocol(folds: Sequence[Fold], done: Sequence[Fold],
              run: RunResult) -> str:
    """The protocol line over folds; says which are missing."""
    numbers = ', '.join(str(fold.number) for fold in done)
    tested = f'folds {numbers}, each by the model that never saw it'
    if len(done) < len(folds):
        left = [str(f.number) for f in folds if not f.job.is_done]
        tested += f' (UNFINISHED: folds {", ".join(left)} are missing)'
    return protocol_line(done[0].cfg, run.num_clips, tested)


def _write_matrices(run: RunResult, out_dir: Path) -> List[Path]:
    """Confusion matrices of the pooled clips."""
    pooled, hierarchy = run.pooled(), run.hierarchy
    matrix = confusion_matrix(pooled.pred, pooled.target,
                              hierarchy.num_classes)
    metrics = pooled.metrics()
    parts = {
        'confusion_matrix': (matrix, hierarchy.classes, ''),
        'confusion_matrix_groups':
        (group_matrix(matrix, hierarchy.group_of), hierarchy.group_names, '3')
    }
    for stem, (counts, names, suffix) in parts.items():
        title = (f'{len(run.folds)} folds pooled: '
                 f'WAR{suffix} {metrics["WAR" + suffix]:.2f} %, '
                 f'UAR{suffix} {metrics["UAR" + suffix]:.2f} %')
        write_confusion_matrix(out_dir / stem, counts, names, title)
    return [out_dir / f'{stem}.{suffix}' for stem in parts
            for suffix in ('csv', 'png')]

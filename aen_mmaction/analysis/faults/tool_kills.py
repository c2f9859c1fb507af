# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A test and a cross-validation killed and started again."""
import json
from pathlib import Path
from typing import Callable, List

import numpy as np

from ...evaluation.runs import read_test
from .training_kills import Kill, differences, read
from .victim import Victim

_FOLDS = (1, 2)
Log = Callable[[str], None]


def kill_tests(config: Path, checkpoint: Path, folder: Path, count: int,
               rng: np.random.Generator, log: Log) -> List[Kill]:
    """Kill ``tools/test.py`` at random moments; start it again each time.

    What a kill leaves must be no results, or right ones; after the new start
    predictions are those of an unbroken test, byte for byte.

    Args:
        config (Path): Of a training.
        checkpoint (Path): Its last one.
        folder (Path): To work in.
        count (int): Kills.
        rng (Generator): Draws the moments.
        log (Callable): Receives a line on each kill.

    Returns:
        list[Kill]: Each with its fault, if any.
    """
    folder.mkdir()
    numbers = iter(range(10 * count + 10))

    def start(out: str) -> Victim:
        return Victim('test', [config, checkpoint, '--work-dir', folder,
                               '--out-dir', folder / out],
                      folder / f'attempt{next(numbers)}.txt')

    unbroken = start('unbroken')
    starting = unbroken.wait_for('Epoch(test)') or 0.
    last = unbroken.wait_for('[7/7]') or 0.
    _end(unbroken)
    expected = (folder / 'unbroken' / 'predictions.csv').read_bytes()
    kills: List[Kill] = []
    while len(kills) < count:
        run = start('broken')
        batch = int(rng.integers(0, 8))  # of 7, printed
        run.wait_for('Epoch(test)', batch)
        spread = {0: starting, 7: unbroken.seconds - last}.get(
            batch, (last - starting) / 6)
        if run.wait(rng.uniform(0, spread)) is not None:
            continue
        seconds = run.seconds
        run.kill()
        fault = _wrong_test(folder / 'broken', expected)
        during = 'testing' if 'Epoch(test)' in run.output else 'starting'
        _end(start('broken'))
        fault = fault or _wrong_test(folder / 'broken', expected, True)
        kills.append(Kill('testing', 'test.py', seconds, during, fault=fault))
        log(str(kills[-1]))
    return kills


def _wrong_test(folder: Path, expected: bytes, whole: bool = False) -> str:
    """What is wrong with the results that lie in a folder."""
    try:
        read_test(folder)
    except (FileNotFoundError, ValueError) as error:
        return str(error) if whole else ''
    same = (folder / 'predictions.csv').read_bytes() == expected
    return '' if same else 'other predictions than of an unbroken test'


def kill_cross_validation(config: Path, folder: Path, count: int,
                          rng: np.random.Generator, log: Log) -> List[Kill]:
    """Kill ``tools/cross_validate.py`` at random moments of two folds.

    In turns all its processes are killed, and it alone: then its training
    lives on, and the next start waits for that. Stages that it called done
    stay done; in the end tables, predictions and weights are those of an
    unbroken run.

    Args:
        config (Path): Of fold 1.
        folder (Path): To work in.
        count (int): Kills.
        rng (Generator): Draws the moments.
        log (Callable): Receives a line on each kill.

    Returns:
        list[Kill]: Each with its fault, if any; ``done`` and ``kept`` count
        stages.
    """
    folder.mkdir()
    numbers = iter(range(10 * count + 10))

    def start(work_dir: Path) -> Victim:
        return Victim('cross_validate', [
            config, '--folds', *_FOLDS, '--work-dir', work_dir, '--jobs', 1,
            '--cfg-options', 'train_cfg.max_epochs=1'
        ], folder / f'attempt{next(numbers)}.txt')

    unbroken = start(folder / 'unbroken')
    _end(unbroken)
    stage = unbroken.seconds / (2 * len(_FOLDS))  # the third takes no time
    kills: List[Kill] = []
    work_dir, done = folder / 'broken0', 0
    while len(kills) < count:
        alone = len(kills) % 2 == 1
        run = start(work_dir)
        run.wait_for('fold ' if rng.integers(2) else ' done in ')
        if run.wait(rng.uniform(0, .7 * stage)) is not None:
            _compare(folder / 'unbroken', work_dir)
            work_dir, done = folder / f'broken{len(kills)}', 0
            continue
        seconds = run.seconds
        run.kill(group=not alone)
        done += run.output.count(' done in ')
        kept = _stages(work_dir)
        fault = '' if kept >= done else 'a finished stage is forgotten'
        kills.append(Kill('cross-validating',
                          'it alone' if alone else 'all its processes',
                          seconds, _stage(run.output), done, kept, fault))
        log(str(kills[-1]))
    _end(start(work_dir))
    _compare(folder / 'unbroken', work_dir)
    return kills


def _end(run: Victim) -> None:
    """Let a tool end, and demand success."""
    if run.wait() != 0:
        run.kill()
        raise RuntimeError(f'a new start failed: {run.output[-2000:]}')


def _stage(output: str) -> str:
    """The stage begun last, as printed: 'fold 1: train'."""
    begun = [line[9:] for line in output.splitlines()
             if line[9:14] == 'fold ' and ' done in ' not in line]
    if begun and 'another process' in begun[-1]:
        return 'waiting for its training'
    return begun[-1] if begun else 'starting'


def _stages(work_dir: Path) -> int:
    """Finished stages of all jobs, as written down."""
    return sum(len(json.loads(path.read_text()))
               for path in work_dir.glob('runs/*/job.json'))


def _compare(unbroken: Path, broken: Path) -> None:
    """Demand equal tables, predictions and weights.

    Raises:
        RuntimeError: If something differs.
    """
    for pattern in ('tiny/**/*.csv', 'runs/*/*.pth'):
        names = sorted(p.relative_to(unbroken)
                       for p in unbroken.glob(pattern))
        found = sorted(p.relative_to(broken) for p in broken.glob(pattern))
        wrong = names != found or not names or [
            name for name in names if _differ(unbroken / name, broken / name)]
        if wrong:
            raise RuntimeError(f'{broken} is not as unbroken: {found} for '
                               f'{names}, different: {wrong}')


def _differ(one: Path, other: Path) -> bool:
    if one.suffix != '.pth':
        return one.read_bytes() != other.read_bytes()
    return bool(differences(*(read(p)['state_dict'] for p in (one, other))))

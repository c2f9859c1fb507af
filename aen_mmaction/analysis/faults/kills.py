# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""SIGKILL at random moments of training, saving, evaluating and the rest."""
import tempfile
from collections import Counter
from pathlib import Path
from typing import Dict, List, Mapping, Sequence

import numpy as np

from .tiny import write_tiny
from .tool_kills import Log, kill_cross_validation, kill_tests
from .training_kills import PLANS, BrokenTraining, Kill, Reference

#: How many of each phase make the whole trial: 50 kills, 6 SIGTERM.
PHASES = {'training': 16, 'saving': 14, 'evaluating': 6, 'SIGTERM': 6,
          'testing': 6, 'cross-validating': 8}
_TRAINING = ('training', 'saving', 'evaluating', 'SIGTERM')


def run_kills(counts: Mapping[str, int], seed: int = 0,
              log: Log = lambda line: None) -> List[Kill]:
    """Kill runs of a tiny AEN, start them again, compare with unbroken ones.

    Args:
        counts (Mapping[str, int]): Kills of each phase, see ``PHASES``.
        seed (int): Of the moments.
        log (Callable): Receives a line on each kill.

    Returns:
        list[Kill]: Each with what it left, and its fault, if any.

    Raises:
        RuntimeError: If an unbroken run or a new start fails, or ends
            otherwise than the unbroken one.
    """
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_tiny(folder)
        phases = [p for p in _TRAINING for _ in range(counts.get(p, 0))]
        phases = [phases[i] for i in rng.permutation(len(phases))]
        kills: List[Kill] = []
        known: Dict[str, Reference] = {}
        for i, plan in enumerate(PLANS):
            if phases[i::len(PLANS)] or not i and counts.get('testing'):
                known[plan] = BrokenTraining(
                    config, folder / f'unbroken{i}', plan).unbroken()
                kills += _kill_trainings(config, folder, plan, known[plan],
                                         phases[i::len(PLANS)], rng, log)
        if counts.get('testing'):
            kills += kill_tests(config, known[next(iter(PLANS))].checkpoint,
                                folder / 'test', counts['testing'], rng, log)
        if counts.get('cross-validating'):
            kills += kill_cross_validation(config, folder / 'folds',
                                           counts['cross-validating'], rng,
                                           log)
    return kills


def _kill_trainings(config: Path, folder: Path, plan: str, known: Reference,
                    phases: Sequence[str], rng: np.random.Generator,
                    log: Log) -> List[Kill]:
    """A kill for each phase, on one training after the other."""
    kills: List[Kill] = []
    left, number = list(phases), 0
    run = None
    while left:
        number += 1
        name = f'{plan.split()[0]}{number}'
        run = run or BrokenTraining(config, folder / name, plan)
        kill = run.strike(left[0], rng, known)
        if kill is None:  # it came to its end, and that was right
            run = None
            continue
        log(str(kill))
        kills.append(kill)
        left.pop(0)
        if kill.fault:
            run = None
    if run is not None:
        fault = run.finished(run.start(), known)
        if fault:
            raise RuntimeError(f'{plan}, after {len(kills)} kills: {fault}')
    return kills


def table(kills: Sequence[Kill]) -> List[str]:
    """Lines of a Markdown table: kills by what was going on."""
    rows = Counter((k.phase, k.plan) for k in kills)
    lines = [
        '| aimed at | run | kills | hit while | most lost | faults |',
        '|---|---|---|---|---|---|'
    ]
    for (phase, plan), count in rows.items():
        those = [k for k in kills if (k.phase, k.plan) == (phase, plan)]
        hit = Counter(k.during for k in those)
        lost = max(k.done - k.kept for k in those)
        unit = '' if phase == 'testing' else (
            ' stages' if phase == 'cross-validating' else ' steps')
        lines.append(
            f'| {phase} | {plan} | {count} | '
            f'{", ".join(f"{k} {n}" for k, n in hit.items())} | '
            f'{max(lost, 0)}{unit} | {sum(bool(k.fault) for k in those)} |')
    return lines

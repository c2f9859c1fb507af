# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A training killed again and again, and what it must have left each time."""
import os
import re
import signal
from pathlib import Path
from typing import Any, List, NamedTuple, Optional

import numpy as np
import torch
from mmengine.runner import CheckpointLoader

from ...compat.saving import find_whole_checkpoint
from .tiny import BATCHES, EPOCHS
from .victim import Victim

_STEP = re.compile(r'Epoch\(train\) +\[(\d+)\]\[ *(\d+)/')
_TRAINING, _SAVING = 'Epoch(train)', 'Saving checkpoint at '
_STATE = ('state_dict', 'optimizer', 'param_schedulers')


class Plan(NamedTuple):
    """How a training saves.

    Attributes:
        interval (int): Steps between two checkpoints.
        options (tuple[str]): For ``--cfg-options``.
    """
    interval: int
    options: tuple


PLANS = {
    'each epoch': Plan(BATCHES, ('train_cfg.max_epochs=3', )),
    'every 4 steps, 2 workers': Plan(4, (
        'default_hooks.checkpoint.by_epoch=False',
        'default_hooks.checkpoint.interval=4',
        'train_dataloader.num_workers=2',
        'train_dataloader.persistent_workers=True')),
}


class Kill(NamedTuple):
    """One SIGKILL (or SIGTERM).

    Attributes:
        phase (str): What it was aimed at.
        plan (str): Key of ``PLANS``, or who was killed.
        seconds (float): After the start of the process.
        during (str): What it had printed last.
        done (int): Steps done, as printed.
        kept (int): Steps in the checkpoint that is left.
        fault (str): What is wrong; empty if nothing is.
    """
    phase: str
    plan: str
    seconds: float
    during: str
    done: int = 0
    kept: int = 0
    fault: str = ''


class Reference(NamedTuple):
    """An unbroken training.

    Attributes:
        checkpoint (Path): Its last one.
        starting (float): Seconds until its first step was done.
        step (float): Seconds that a step takes.
        saving (float): Seconds that a saving takes.
        evaluating (float): Seconds that an evaluation takes.
    """
    checkpoint: Path
    starting: float
    step: float
    saving: float
    evaluating: float


def steps(output: str) -> List[int]:
    """Numbers of the steps that a training printed, from 1."""
    return [(int(epoch) - 1) * BATCHES + int(batch)
            for epoch, batch in _STEP.findall(output)]


def last_act(output: str) -> str:
    """What a training said last that it does."""
    acts = dict(training=_TRAINING, saving=_SAVING,
                evaluating='Epoch(val)')
    places = {act: output.rfind(text) for act, text in acts.items()}
    act = max(places, key=places.get)
    return act if places[act] >= 0 else 'starting'


def differences(one: Any, other: Any, place: str = '') -> List[str]:
    """Where two nests of tensors and values are not bitwise the same."""
    if isinstance(one, torch.Tensor):
        same = isinstance(other, torch.Tensor) and torch.equal(one, other)
        return [] if same else [place]
    if isinstance(one, dict):
        if not isinstance(other, dict) or one.keys() != other.keys():
            return [place]
        return [d for k in one
                for d in differences(one[k], other[k], f'{place}.{k}')]
    if isinstance(one, (list, tuple)):
        if len(one) != len(other):
            return [place]
        return [d for i, pair in enumerate(zip(one, other))
                for d in differences(*pair, f'{place}.{i}')]
    return [] if one == other else [place]


def read(path: Path) -> dict:
    """A checkpoint."""
    return CheckpointLoader.load_checkpoint(str(path), 'cpu', 'silent')


class BrokenTraining:
    """A training that is killed and resumed.

    Args:
        config (Path): Of :func:`write_tiny`.
        folder (Path): Its work dir.
        plan (str): Key of ``PLANS``.
    """

    def __init__(self, config: Path, folder: Path, plan: str) -> None:
        self.config, self.folder, self.plan = config, folder, plan
        self.kept = 0  # steps in the checkpoint to go on from
        self.done = 0  # steps printed, by all attempts
        self._attempts = 0

    def start(self) -> Victim:
        """Begin, or go on."""
        self._attempts += 1
        self.folder.mkdir(exist_ok=True)
        return Victim(
            'train', [self.config, '--work-dir', self.folder, '--resume',
                      '--cfg-options', *PLANS[self.plan].options],
            self.folder / f'attempt{self._attempts}.txt')

    def unbroken(self) -> Reference:
        """Let it run to its end, and measure."""
        run = self.start()
        first = run.wait_for(_TRAINING) or 0.
        times = [run.wait_for(_SAVING) or 0.]
        while run.wait(.001) is None and not (self.folder /
                                              'last_checkpoint').exists():
            pass
        times.append(run.seconds)
        for text in ('Epoch(val)', 'Epoch(train) [2]'):
            times.append(run.wait_for(text) or 0.)
        fault = self.finished(run)
        if fault:
            raise RuntimeError(f'the unbroken training: {fault}')
        return Reference(self._final(), first,
                         (times[0] - first) / PLANS[self.plan].interval,
                         times[1] - times[0], times[3] - times[2])

    def strike(self, phase: str, rng: np.random.Generator,
               known: Reference) -> Optional[Kill]:
        """Start, kill at a random moment of a phase, look at what is left.

        Moments are counted in what it prints, so that they do not depend on
        how busy the machine is.

        Args:
            phase (str): ``'training'`` (from the start on), ``'saving'`` or
                ``'evaluating'``; ``'SIGTERM'`` sends this signal instead,
                after some step.
            rng (Generator): Draws the moment.
            known (Reference): The unbroken training.

        Returns:
            Kill | None: None if it came to its end before.
        """
        run = self.start()
        left = max(EPOCHS * BATCHES - self.kept, 1)
        if phase == 'saving':
            savings = min(2, -(-left // PLANS[self.plan].interval))
            run.wait_for(_SAVING, int(rng.integers(1, savings + 1)))
            wait = rng.uniform(0, 1.5 * known.saving)
        elif phase == 'evaluating':
            run.wait_for('Epoch(val)')
            wait = rng.uniform(0, known.evaluating)
        else:
            step = int(rng.integers(phase == 'SIGTERM', min(left, 10) + 1))
            run.wait_for(_TRAINING, step)
            wait = rng.uniform(0, known.step if step else known.starting)
        code, seconds = run.wait(wait), run.seconds
        if code is not None:
            fault = self.finished(run, known)
            return fault and Kill(phase, self.plan, seconds, 'ended',
                                  fault=fault) or None
        fault = self._terminated(run) if phase == 'SIGTERM' else run.kill()
        fault = (fault or self._resumed_right(run.output)
                 or self._check_left(1 if phase == 'SIGTERM' else None))
        return Kill(phase, self.plan, seconds, last_act(run.output),
                    self.done, self.kept, fault)

    @staticmethod
    def _terminated(run: Victim) -> str:
        """Whether it saves and exits with 0 when asked to stop."""
        os.kill(run.process.pid, signal.SIGTERM)
        code = run.wait()
        if code is None:
            run.kill()
            return 'it hangs when asked to stop'
        return f'ended with {code}: {run.output[-999:]}' if code else ''

    def _resumed_right(self, output: str) -> str:
        """Whether an attempt went on where the checkpoint says."""
        found = steps(output)
        self.done = max([self.done, *found])
        if found and found[0] != self.kept + 1:
            return f'went on at step {found[0]}, not at {self.kept + 1}'
        return ''

    def _check_left(self, interval: Optional[int] = None) -> str:
        """Whether no more than an interval is lost."""
        try:
            path = find_whole_checkpoint(str(self.folder))
        except ValueError as error:
            return str(error)
        before, self.kept = self.kept, (
            read(Path(path))['meta']['iter'] if path else 0)
        interval = interval or PLANS[self.plan].interval
        # When a step is printed, what the one before it saved is there.
        due = max(self.done - 1, 0) // interval * interval
        if self.kept < max(due, before):
            return (f'step {self.done} was done, step {max(due, before)} '
                    f'saved, and step {self.kept} is left')
        return ''

    def finished(self, run: Victim,
                 reference: Optional[Reference] = None) -> str:
        """What is wrong with a training that is left to end."""
        code = run.wait()
        if code is None:
            run.kill()
            return 'it hangs'
        if code:
            return f'ended with code {code}: {run.output[-2000:]}'
        fault = self._resumed_right(run.output)
        if fault or reference is None:
            return fault
        ours, theirs = read(self._final()), read(reference.checkpoint)
        wrong = [d for key in _STATE
                 for d in differences(theirs[key], ours[key], key)]
        return f'other than unbroken: {wrong[:9]}' if wrong else ''

    def _final(self) -> Path:
        name = (f'epoch_{EPOCHS}' if 'epoch' in self.plan else
                f'iter_{EPOCHS * BATCHES}')
        return self.folder / f'{name}.pth'

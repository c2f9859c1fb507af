# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is asked after each kill, and one kill for real."""
import signal
from types import SimpleNamespace

import torch

import aen_mmaction  # noqa: F401  mends
from aen_mmaction.analysis.faults.kills import PHASES, run_kills, table
from aen_mmaction.analysis.faults.memory import Sample, growth, resident
from aen_mmaction.analysis.faults.training_kills import (BrokenTraining, Kill,
                                                         differences, last_act,
                                                         steps)

OUTPUT = '''
Epoch(train) [1][7/7]  lr: 1
Saving checkpoint at 1 epochs
Epoch(val) [1][7/7]
Epoch(train)   [2][ 1/7]  lr: 1
'''


def test_what_a_training_printed():
    assert steps(OUTPUT) == [7, 8]
    lines = OUTPUT.splitlines(keepends=True)
    assert [last_act(''.join(lines[:n])) for n in range(1, 6)] == [
        'starting', 'training', 'saving', 'evaluating', 'training'
    ]


def save(folder, epoch):
    torch.save(
        dict(state_dict=dict(w=torch.ones(1)), meta=dict(iter=7 * epoch)),
        folder / f'epoch_{epoch}.pth')


def test_a_lost_checkpoint_is_seen(tmp_path):
    run = BrokenTraining('config.py', tmp_path, 'each epoch')
    run.done = 7  # the epoch's last step; its checkpoint may be on its way
    assert run._check_left() == '' and run.kept == 0
    run.done = 8
    assert run._check_left() == ('step 8 was done, step 7 saved, and step 0 '
                                 'is left')
    save(tmp_path, 1)
    assert run._check_left() == '' and run.kept == 7
    assert run._check_left(interval=1) == ''  # SIGTERM: not a step is lost
    run.done = 10
    assert 'step 9 saved' in run._check_left(interval=1)
    assert run._check_left() == ''
    (tmp_path / 'epoch_1.pth').write_bytes(b'torn')
    assert '1 damaged' in run._check_left()


def test_a_resume_at_another_step_is_seen(tmp_path):
    run = BrokenTraining('config.py', tmp_path, 'each epoch')
    run.kept = 6
    assert run._resumed_right(OUTPUT) == '' and run.done == 8
    run.kept = 7
    assert run._resumed_right(OUTPUT) == 'went on at step 7, not at 8'


def test_a_training_that_does_not_stop_is_a_fault(monkeypatch):
    asked, ended = [], []
    monkeypatch.setattr('os.kill', lambda *args: asked.append(args))
    run = SimpleNamespace(
        process=SimpleNamespace(pid=7),
        wait=lambda: None,  # still running
        kill=lambda: ended.append('SIGKILL'))
    assert 'hangs' in BrokenTraining._terminated(run)
    assert asked == [(7, signal.SIGTERM)] and ended == ['SIGKILL']


def test_differences():
    one = dict(a=[torch.arange(3.), 1], b=dict(c='x'))
    assert differences(one, dict(a=[torch.arange(3.), 1],
                                 b=dict(c='x'))) == []
    other = dict(a=[torch.tensor([0., 1., 2.0000002]), 1], b=dict(c='y'))
    assert differences(one, other) == ['.a.0', '.b.c']
    assert differences(one, dict(a=[], b=dict(c='x'))) == ['.a']


def test_growth_begins_at_a_tenth():
    samples = [Sample(c, m) for c, m in ((10, 50.), (100, 70.), (500, 72.),
                                         (900, 71.), (1000, 90.))]
    assert growth(samples) == (70., 72., 90.)
    assert resident(0) == 0


def test_table_counts_what_was_hit():
    kill = Kill('training', 'each epoch', 1., 'saving', 9, 7)
    lines = table([kill, kill._replace(during='training', fault='x')])
    assert lines[-1] == ('| training | each epoch | 2 | saving 1, training 1 '
                         '| 2 steps | 1 |')
    assert sum(n for p, n in PHASES.items() if p != 'SIGTERM') == 50


def test_killed_while_saving():
    kill, = run_kills({'saving': 1})
    assert (kill.phase, kill.fault) == ('saving', '')
    assert kill.done >= 7

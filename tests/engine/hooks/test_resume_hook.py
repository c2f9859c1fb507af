# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Every checkpoint of a run leads to the end the unbroken run reaches."""
import os
import signal

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

from aen_mmaction.engine.hooks import PreemptionHook, ResumeHook

EPOCHS, CLIPS, BATCH = 2, 12, 3  # 4 batches an epoch, 8 in all


class Toy(BaseModel):
    """Has dropout and batch norm: random numbers and a running state."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5),
            nn.Linear(8, 1))

    def forward(self, inputs, mode='tensor', **kwargs):
        out = self.layers(inputs)
        return dict(loss=out.square().mean()) if mode == 'loss' else [out]


class Points(Dataset):
    metainfo = dict(classes=('happy', 'sad'))

    def __len__(self):
        return CLIPS

    def __getitem__(self, i):
        return dict(inputs=torch.tensor([i / CLIPS, 1., -i]))


class Count(BaseMetric):
    """Counts evaluations."""
    done = 0

    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        Count.done += 1
        return dict(n=len(results))


class SendTerm(Hook):
    """SIGTERM to this very process in a train or val iteration."""

    def __init__(self, iteration=None, val=None):
        self.iteration, self.val = iteration, val

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == self.iteration:
            os.kill(os.getpid(), signal.SIGTERM)

    def before_val_iter(self, runner, batch_idx, data_batch=None):
        if runner.epoch == self.val:
            os.kill(os.getpid(), signal.SIGTERM)


def make(work_dir, hooks=(), workers=0, batch=BATCH, counts=1, iters=None,
         interval=1, val=False, dataset=None, **kwargs):
    torch.manual_seed(0)
    loader = dict(
        batch_size=batch,
        num_workers=workers,
        persistent_workers=workers > 0,
        collate_fn=dict(type='default_collate'),
        sampler=dict(type='DefaultSampler', shuffle=True),
        dataset=dataset or Points())
    train_cfg = dict(by_epoch=True, max_epochs=EPOCHS)
    if iters:
        train_cfg = dict(type='IterBasedTrainLoop', max_iters=iters)
    parts = dict(
        val_dataloader=loader, val_cfg=dict(),
        val_evaluator=[Count()]) if val else {}
    return Runner(
        Toy(),
        str(work_dir),
        train_dataloader=loader,
        train_cfg=train_cfg,
        optim_wrapper=dict(
            type='OptimWrapper',
            accumulative_counts=counts,
            optimizer=dict(type='SGD', lr=0.1, momentum=0.9)),
        param_scheduler=[
            dict(type='StepLR', step_size=1, gamma=0.5),
            dict(type='LinearLR', by_epoch=False, end=7)
        ],
        default_hooks=dict(
            checkpoint=dict(
                type='CheckpointHook', by_epoch=False, interval=interval)),
        custom_hooks=[PreemptionHook(), ResumeHook(), *hooks],
        randomness=dict(seed=3),
        default_scope='mmaction',
        experiment_name=f'{work_dir}_{len(list(work_dir.parent.rglob("*")))}',
        log_level='ERROR',
        **parts,
        **kwargs)


def train(runner):
    """Train, and end workers that outlive the run now."""
    try:
        runner.train()
    finally:
        for loop in (runner.train_loop, runner._val_loop):
            iterator = getattr(getattr(loop, 'dataloader', None), '_iterator',
                               None)
            if hasattr(iterator, '_shutdown_workers'):
                iterator._shutdown_workers()
    return runner


def state(runner):
    momentum = runner.optim_wrapper.optimizer.state_dict()['state']
    return [*runner.model.state_dict().values(),
            *(entry['momentum_buffer'] for entry in momentum.values())]


def same(first, second):
    return len(first) == len(second) > 10 and all(
        map(torch.equal, first, second))


@pytest.mark.parametrize('options', [
    dict(),
    dict(counts=3),
    dict(workers=2),
    dict(iters=8),
], ids=str)
def test_from_every_iteration(tmp_path, options, monkeypatch):
    monkeypatch.setattr('mmengine.runner.loops.time.sleep', lambda s: None)
    runner = make(tmp_path / 'unbroken', **options)
    end = state(train(runner))
    steps = range(1, runner.iter) if 'workers' not in options else (4, 6)
    assert len(steps) >= 2
    for step in steps:
        resumed = make(tmp_path / f'from{step}', interval=100,
                       resume=True, **options,
                       load_from=str(tmp_path / f'unbroken/iter_{step}.pth'))
        assert same(state(train(resumed)), end), step


def test_clips_that_are_done_are_not_read_again(tmp_path):
    make(tmp_path / 'a').train()
    read = []

    class Recorded(Points):

        def __getitem__(self, i):
            read.append(i)
            return super().__getitem__(i)

    make(tmp_path / 'b', resume=True, dataset=Recorded(),
         load_from=str(tmp_path / 'a/iter_6.pth')).train()
    assert len(read) == (8 - 6) * BATCH


@pytest.mark.parametrize('workers', [0, 2])
@pytest.mark.parametrize('step', [1, 3, 6])
def test_sigterm_saves_and_exits_0(tmp_path, workers, step):
    runner = make(tmp_path / 'unbroken', interval=100)
    end = state(train(runner))
    stopped = make(tmp_path / 'b', [SendTerm(step)], workers, interval=100)
    with pytest.raises(SystemExit) as exit_:
        train(stopped)
    assert exit_.value.code == 0
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    file = torch.load(tmp_path / 'b/preempted.pth', weights_only=False)
    assert file['meta']['iter'] == step + 1
    assert file['meta']['position'] == dict(batches=step % 4 + 1, of=4)
    resumed = make(tmp_path / 'b', workers=workers, interval=100, resume=True)
    assert same(state(train(resumed)), end)
    assert not (tmp_path / 'b/preempted.pth').exists()


def test_evaluation_that_was_cut_off_is_done_first(tmp_path):
    Count.done = 0
    stopped = make(tmp_path / 'a', [SendTerm(val=1)], val=True, interval=100)
    with pytest.raises(SystemExit):
        train(stopped)
    assert Count.done == 0
    make(tmp_path / 'a', val=True, interval=100, resume=True).train()
    assert Count.done == 2


def test_other_number_of_batches_is_refused_inside_an_epoch(tmp_path):
    make(tmp_path / 'a').train()
    with pytest.raises(ValueError, match='after 2 of 4 batches.*has 6.*'
                       'epoch_N.pth'):
        make(tmp_path / 'b', batch=2, resume=True,
             load_from=str(tmp_path / 'a/iter_6.pth')).train()


def test_new_training_from_a_checkpoint_begins_at_the_beginning(tmp_path):
    make(tmp_path / 'a').train()
    runner = make(tmp_path / 'b', load_from=str(tmp_path / 'a/iter_6.pth'))
    runner.train()
    assert runner.iter == 8
    file = torch.load(tmp_path / 'b/iter_1.pth', weights_only=False)
    assert file['meta']['position'] == dict(batches=1, of=4)

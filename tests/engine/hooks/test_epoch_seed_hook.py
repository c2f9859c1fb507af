# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import zlib

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.dataset import ClassBalancedDataset, ConcatDataset, RepeatDataset
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch.utils.data import Subset

from aen_mmaction.datasets import DFEWDataset
from aen_mmaction.engine.hooks import EpochSeedHook
from aen_mmaction.engine.hooks.epoch_seed_hook import seeded_datasets

CLIPS = [(str(i), 18, i % 7 + 1) for i in range(1, 6)]
EPOCHS = 3
WORKERS = [
    dict(num_workers=0),
    dict(num_workers=2),
    dict(num_workers=2, persistent_workers=True)
]


class ToyModel(BaseModel):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return dict(loss=self.weight.sum())


class Record(Hook):
    """Keep (iteration, clip, checksum of its pixels)."""

    def __init__(self):
        self.seen = []

    def after_train_iter(self, runner, batch_idx, data_batch, outputs=None):
        for pixels, sample in zip(data_batch['inputs'],
                                  data_batch['data_samples']):
            self.seen.append((runner.iter, sample.clip_id,
                              zlib.crc32(pixels.numpy().tobytes())))


def train(dataset,
          work_dir,
          workers,
          iters=None,
          sampler='DefaultSampler',
          collate='skip_none_collate',
          **kwargs):
    """Train the toy model; return what it saw and the runner."""
    record, model = Record(), ToyModel()
    train_cfg = dict(by_epoch=True, max_epochs=EPOCHS)
    if iters:
        train_cfg = dict(type='IterBasedTrainLoop', max_iters=iters)
    runner = Runner(
        model,
        str(work_dir),
        train_dataloader=dict(
            batch_size=2,
            sampler=dict(type=sampler, shuffle=True),
            collate_fn=dict(type=collate),
            dataset=dataset,
            **workers),
        train_cfg=train_cfg,
        optim_wrapper=OptimWrapper(
            torch.optim.SGD(model.parameters(), lr=0.1)),
        randomness=dict(seed=5),
        default_scope='mmaction',
        custom_hooks=[dict(type='EpochSeedHook'), record],
        log_level='WARNING',
        experiment_name=f'{work_dir.name}_{len(list(work_dir.glob("*")))}',
        **kwargs)
    runner.train()
    if workers['num_workers']:  # end those that outlive the run now
        for owner in (runner.train_dataloader,
                      getattr(runner.train_loop, 'dataloader_iterator', None)):
            if getattr(owner, '_iterator', None) is not None:
                owner._iterator._shutdown_workers()
    return record.seen, runner


@pytest.fixture
def dataset(tmp_path, make_dfew, clip_pipelines):

    def build(**kwargs):
        return DFEWDataset(
            pipeline=clip_pipelines['train'],
            **dict(make_dfew(tmp_path / 'dfew', CLIPS), **kwargs))

    return build


@pytest.fixture
def unbroken(dataset, tmp_path):
    """A data set and what an unbroken run without workers sees of it."""
    data = dataset()
    seen, _ = train(
        data, tmp_path / 'unbroken', WORKERS[0], default_hooks=dict(
            checkpoint=dict(type='CheckpointHook', interval=1)))
    return data, seen, tmp_path / 'unbroken'


def test_workers_change_nothing(unbroken, tmp_path):
    data, seen, _ = unbroken
    assert len(seen) == EPOCHS * len(CLIPS)
    of_first = [crc for _, clip, crc in seen if clip == '00001']
    assert len(set(of_first)) == EPOCHS  # every epoch differs
    for i, workers in enumerate(WORKERS[1:]):
        data.set_epoch(0, 0)
        again, _ = train(data, tmp_path / f'workers{i}', workers)
        assert again == seen


@pytest.mark.parametrize('workers', [WORKERS[0], WORKERS[2]])
def test_resume_sees_what_the_unbroken_run_saw(unbroken, tmp_path, workers):
    data, seen, work_dir = unbroken
    data.set_epoch(0, 0)
    rest, runner = train(
        data,
        tmp_path / 'resumed',
        workers,
        resume=True,
        load_from=str(work_dir / 'epoch_2.pth'))
    assert runner.epoch == EPOCHS
    assert rest == [row for row in seen if row[0] >= 2 * 3]  # 3 batches each


@pytest.mark.parametrize('workers', WORKERS)
def test_iteration_based_loop(unbroken, tmp_path, workers, monkeypatch):
    """Passes count as epochs; what was read ahead of the hook is dropped."""
    monkeypatch.setattr('mmengine.runner.loops.time.sleep', lambda s: None)
    data, seen, _ = unbroken
    data.set_epoch(0, 0)
    again, _ = train(data, tmp_path / 'iters', workers, iters=EPOCHS * 3)
    assert again == seen


def test_infinite_sampler_is_refused(dataset, tmp_path):
    with pytest.raises(ValueError, match="InfiniteSampler.*'DefaultSampler'"):
        train(
            dataset(),
            tmp_path / 'infinite',
            WORKERS[0],
            iters=3,
            sampler='InfiniteSampler')


def test_a_training_without_a_step_is_refused(dataset, tmp_path):
    """One clip makes no batch of two; MMEngine saves untrained weights."""
    clips, loader = dataset(), dict(num_workers=0, drop_last=True)
    with pytest.raises(ValueError, match='found 1 for each process with batch_'
                       'size=2 and drop_last=True, .*batch_size=1'):
        train(clips.get_subset(1), tmp_path / 'none', loader)
    seen, _ = train(clips.get_subset(2), tmp_path / 'one', loader)
    assert len(seen) == 2 * EPOCHS


def test_skipped_clips_are_counted_per_epoch(dataset, tmp_path):
    data = dataset(on_bad_frame='skip_clip')
    for path in (tmp_path / 'dfew/Clip/clip_224x224/00002').iterdir():
        path.write_bytes(b'no image')
    seen, _ = train(data, tmp_path / 'skip', WORKERS[2])
    assert {clip for _, clip, _ in seen} == {'00001', '00003', '00004',
                                             '00005'}
    log = next((tmp_path / 'skip').glob('*/*.log')).read_text()
    assert log.count('1 of 5 clips of') == EPOCHS


def test_skipping_needs_the_collate_function(dataset, tmp_path):
    with pytest.raises(
            ValueError, match="found pseudo_collate.*'skip_none_collate'"):
        train(
            dataset(on_bad_frame='skip_clip'),
            tmp_path / 'collate',
            WORKERS[0],
            collate='pseudo_collate')


def test_wrappers_are_seen_through(dataset):
    data = dataset()
    both = ConcatDataset([data, data])
    assert list(seeded_datasets(both)) == [data, data]
    for wrapper in (RepeatDataset(data, 2),
                    ClassBalancedDataset(data, oversample_thr=0.5)):
        assert list(seeded_datasets(wrapper)) == [data]
        assert wrapper[0]['inputs'].shape == (16, 3, 16, 16)
    assert list(seeded_datasets(Subset(data, [0]))) == [data]
    assert list(seeded_datasets([1, 2])) == []


def test_registered():
    assert HOOKS.get('EpochSeedHook') is EpochSeedHook

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json
import multiprocessing
from collections import Counter

import numpy as np
import pytest
from mmaction.registry import DATA_SAMPLERS

from aen_mmaction.engine import (ClassBalancedSampler, SquareRootSampler,
                                 class_quotas)

COUNTS = (61, 47, 66, 54, 36, 4, 22)  # DFEW fold 1, divided by 32
LABELS = np.random.default_rng(0).permutation(np.repeat(range(7), COUNTS))
SAMPLERS = ((ClassBalancedSampler, [1 / 7] * 7),
            (SquareRootSampler, np.sqrt(COUNTS) / np.sqrt(COUNTS).sum()))


class Labelled:
    """A data set that only has labels."""
    metainfo = dict(classes=tuple('abcdefg'))

    def __init__(self, labels=LABELS):
        self.labels = labels

    def __len__(self):
        return len(self.labels)

    def get_data_info(self, idx):
        return dict(label=int(self.labels[idx]))


@pytest.fixture
def processes(monkeypatch):
    """``processes(kind, n)``: a sampler as each of n processes has it."""

    def build(kind, num, **kwargs):
        samplers = []
        for rank in range(num):
            monkeypatch.setattr('aen_mmaction.engine.samplers.get_dist_info',
                                lambda: (rank, num))
            samplers.append(kind(Labelled(), seed=3, **kwargs))
        return samplers

    return build


def epoch_of(samplers, epoch):
    """Indices of all processes, in the order of the steps."""
    for sampler in samplers:
        sampler.set_epoch(epoch)
    return [i for step in zip(*samplers) for i in step]


@pytest.mark.parametrize('counts, total, exponent, expected', [
    ([90, 10], 100, 0, [50, 50]),
    ([90, 10], 100, 1, [90, 10]),
    ([81, 16, 1], 14, .5, [9, 4, 1]),  # roots 9 + 4 + 1 = 14
    ([5, 3, 2], 10, 0, [4, 3, 3]),  # 3 1/3 each: the first is rounded up
    ([1], 7, .5, [7]),
])
def test_quotas(counts, total, exponent, expected):
    assert class_quotas(counts, total, exponent).tolist() == expected


@pytest.mark.parametrize('kind, target', SAMPLERS)
@pytest.mark.parametrize('num', [1, 2, 3])
def test_frequencies_of_an_epoch(processes, kind, target, num):
    """290 samples: within 3 sigma of independent draws, in fact within 1."""
    samplers = processes(kind, num)
    assert len({len(s) for s in samplers}) == 1
    for epoch in range(3):
        seen = epoch_of(samplers, epoch)
        total = len(seen)
        assert len(LABELS) <= total < len(LABELS) + num
        counts = np.bincount(LABELS[seen], minlength=7)
        wanted = total * np.asarray(target)
        assert (abs(counts - wanted) <= 3 * np.sqrt(wanted)).all()
        assert (abs(counts - wanted) < 1).all()


@pytest.mark.parametrize('kind, _', SAMPLERS)
def test_two_processes_see_what_one_sees(processes, kind, _):
    """290 is even: the same epoch, dealt out in turn."""
    for epoch in (0, 5):
        one = epoch_of(processes(kind, 1), epoch)
        first, second = processes(kind, 2)
        assert epoch_of([first, second], epoch) == one
        assert list(first) == one[::2] and list(second) == one[1::2]


@pytest.mark.parametrize('kind, _', SAMPLERS)
@pytest.mark.parametrize('num', [1, 2])
def test_no_clip_is_lost_on_resume(processes, kind, _, num):
    """Stopped after 3 epochs and resumed: as unbroken, all clips in turn."""
    unbroken = processes(kind, num)
    row = [epoch_of(unbroken, epoch) for epoch in range(6)]
    resumed = [epoch_of(processes(kind, num), epoch) for epoch in (3, 4, 5)]
    assert row[3:] == resumed
    assert row[0] != row[1]
    times = Counter(i for epoch in row for i in epoch)
    assert len(times) == len(LABELS)  # every clip was shown
    for k in range(7):  # and none twice more often than another of its class
        own = [times[i] for i in np.flatnonzero(LABELS == k)]
        assert max(own) - min(own) <= 1


def test_seed_decides():
    first, again, other = (
        list(ClassBalancedSampler(Labelled(), seed=s)) for s in (1, 1, 2))
    assert first == again != other


def test_class_without_a_clip_is_left_out():
    labels = np.array([0, 0, 0, 2])
    seen = list(ClassBalancedSampler(Labelled(labels), seed=0))
    assert sorted(labels[seen]) == [0, 0, 2, 2]


def test_type_alone_changes_the_default_sampler():
    cfg = dict(type='SquareRootSampler', shuffle=True)
    built = DATA_SAMPLERS.build(
        cfg, default_args=dict(dataset=Labelled(), seed=7))
    assert isinstance(built, SquareRootSampler) and len(built) == 290


def test_testing_in_order_is_refused():
    with pytest.raises(ValueError, match='expected shuffle=True.*Default'):
        ClassBalancedSampler(Labelled(), shuffle=False)


def _process(rank, folder):
    import torch.distributed as dist
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)
    sampler = ClassBalancedSampler(Labelled())  # the seed is agreed upon
    sampler.set_epoch(1)
    (folder / f'{rank}.json').write_text(json.dumps(list(sampler)))
    dist.destroy_process_group()


def test_real_processes_agree(tmp_path):
    context = multiprocessing.get_context('fork')
    jobs = [context.Process(target=_process, args=(rank, tmp_path))
            for rank in (0, 1)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)
        assert job.exitcode == 0
    seen = [json.loads((tmp_path / f'{r}.json').read_text()) for r in (0, 1)]
    assert len(seen[0]) == len(seen[1]) == 145
    counts = np.bincount(LABELS[sum(seen, [])])
    assert set(counts) == {41, 42}  # 290 / 7 = 41.4

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Two processes that share the weights out, against one that has them all."""
import re
import socket

import numpy as np
import pytest
import torch
import torch.distributed.fsdp

from .conftest import scalars

pytestmark = pytest.mark.skipif(
    not hasattr(torch.distributed.fsdp, 'fully_shard'),
    reason='PyTorch < 2.6 has no fully_shard')

OPTIONS = {
    'train_cfg.max_epochs': 2,
    'model.backbone.norm_eval': True,  # statistics are per process
    'optim_wrapper.clip_grad.max_norm': 1.,
    'custom_hooks.3.interval': 1,  # grad_share_*: backward passes of its own
}
SHARDED = {
    **OPTIONS,
    'train_dataloader.batch_size': 2,
    'runner_type': 'FlexibleRunner',
    'strategy.type': 'ShardedStrategy',
    'strategy.min_params': 1000,
}
STEPS = 6  # 2 epochs of 12 clips in batches of 4


@pytest.fixture
def run_two(tiny):
    """Train in two processes."""

    def run(name, options, *args):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        common = dict(MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port),
                      WORLD_SIZE='2')
        ranks = [
            tiny.start('train', name, {**SHARDED, **options}, *args,
                       '--launcher', 'pytorch', validate=False,
                       RANK=str(rank), LOCAL_RANK=str(rank), **common)
            for rank in range(2)
        ]
        for rank in ranks:
            assert rank.wait() == 0, rank.output
        return ranks[0]

    return run


def logged(work_dir):
    keys = ('loss', 'loss_mc', 'loss_ta', 'loss_ga', 'grad_norm')
    return {
        key: np.array([row[key] for row in scalars(work_dir) if key in row])
        for key in keys
    }


def load(work_dir, epoch):
    return torch.load(work_dir / f'epoch_{epoch}.pth', weights_only=False)


def momenta(checkpoint):
    return [state['momentum_buffer']
            for state in checkpoint['optimizer']['state'].values()]


def test_shards_train_resume_and_are_saved_as_one_process_does(
        tiny, run_two, tmp_path, measured):
    one = tiny.run('train', 'one', OPTIONS, validate=False).work_dir
    run = run_two('two', {})
    kept, total = (int(n.replace(',', '')) for n in re.search(
        r'this one keeps (\S+) of (\S+) weights', run.output).groups())
    assert .5 * total <= kept < .52 * total
    two = run.work_dir
    ours, theirs = logged(two), logged(one)
    worst = {k: float(abs(ours[k] - theirs[k]).max()) for k in ours}
    measured(f'two shards, largest difference in {STEPS} steps: {worst}')
    for key in ours:
        assert len(ours[key]) == len(theirs[key]) == STEPS
        np.testing.assert_allclose(ours[key], theirs[key], atol=1e-4)
    assert all('grad_share_ta' in row for row in scalars(two))
    # a checkpoint is whole, and what one process would have written
    ours, theirs = load(two, 2), load(one, 2)
    assert ours['state_dict'].keys() == theirs['state_dict'].keys()
    for name, weight in theirs['state_dict'].items():
        torch.testing.assert_close(ours['state_dict'][name], weight,
                                   atol=1e-4, rtol=1e-4)
    for a, b in zip(momenta(ours), momenta(theirs), strict=True):
        torch.testing.assert_close(a, b, atol=1e-3, rtol=1e-3)
    # shards resume bitwise; one process goes on from shards' checkpoint
    again = run_two('again', {}, '--resume', two / 'epoch_1.pth').work_dir
    resumed = load(again, 2)
    for name, weight in ours['state_dict'].items():
        assert torch.equal(resumed['state_dict'][name], weight), name
    assert all(map(torch.equal, momenta(resumed), momenta(ours)))
    single = tiny.run('train', 'single', OPTIONS, '--resume',
                      two / 'epoch_1.pth', validate=False).work_dir
    for name, weight in load(single, 2)['state_dict'].items():
        torch.testing.assert_close(weight, ours['state_dict'][name],
                                   atol=1e-4, rtol=1e-4)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Two processes against one: the same metrics, the same losses."""
import csv
import json
import socket

import numpy as np
import pytest

from .conftest import CONFIG, ROOT, as_arguments, call, scalars

STEPS = 6  # 2 epochs of 12 clips in batches of 4


@pytest.fixture
def launch(tiny, tmp_path):
    """``launch(tool, processes, name, options, *args)`` through torchrun."""

    def run(tool, processes, name, options, *args, validate=True):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        options = {**tiny.options, **options}
        return call([
            'env', f'PORT={port}', 'bash', ROOT / 'tools' / f'dist_{tool}.sh',
            CONFIG, *args, processes, '--data-root', tiny.data, '--work-dir',
            tmp_path / name, *as_arguments(options, validate)
        ], tmp_path)

    return run


def losses(work_dir):
    return {
        key: np.array([row[key] for row in scalars(work_dir) if key in row])
        for key in ('loss', 'loss_mc', 'loss_ta', 'loss_ga')
    }


def metrics(folder):
    return json.loads((folder / 'metrics.json').read_text())


def predictions(folder):
    with open(folder / 'predictions.csv', newline='') as file:
        return list(csv.DictReader(file))


def test_losses_of_two_processes_are_those_of_one(tiny, launch, measured,
                                                  tmp_path):
    options = {
        'train_cfg.max_epochs': 2,
        'model.backbone.norm_eval': True,  # statistics are per process
    }
    one = tiny.run('train', 'one', options, validate=False).work_dir
    per_rank = {'train_dataloader.batch_size': 2}
    launch('train', 2, 'two', {**options, **per_rank}, validate=False)
    one, two = losses(one), losses(tmp_path / 'two')
    worst = {key: float(abs(one[key] - two[key]).max()) for key in one}
    measured(f'two processes, largest difference in {STEPS} steps: {worst}')
    for key in one:
        assert len(one[key]) == len(two[key]) == STEPS
        np.testing.assert_allclose(one[key], two[key], rtol=0, atol=1e-5)


def test_metrics_of_two_processes_are_those_of_one(tiny, launch, tmp_path):
    # 7 clips: shards of 4 and 3; the sampler repeats one, which must go.
    weights = tiny.run('train', 'train', {}, validate=False).work_dir
    weights = weights / 'epoch_1.pth'
    one = tiny.run('test', 'one', {}, weights).work_dir / 'test'
    output = launch('test', 2, 'two', {'test_dataloader.batch_size': 2},
                    weights)
    two = tmp_path / 'two' / 'test'
    assert metrics(one)['num_clips'] == 7
    assert metrics(one) == metrics(two)
    assert output.count('dfer: 7 clips') == 1  # one table, of all clips
    rows = list(zip(predictions(one), predictions(two)))
    for a, b in rows:
        assert a['clip_id'] == b['clip_id']
    assert len(rows) == len({a['clip_id'] for a, _ in rows}) == 7

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Throughput of predicting and training, on a tiny model."""
import inspect
import os
from functools import partial
from multiprocessing import Pipe

import numpy as np
import pytest
import torch
from mmengine.config import Config

from aen_mmaction.analysis import benchmark
from aen_mmaction.analysis.benchmark import (Peer, Throughput, _serve,
                                             peak_flops, peak_task,
                                             throughput_table, times_in_turns)
from aen_mmaction.analysis.model_speed import measure_models, predicting
from aen_mmaction.analysis.training_speed import (ALONE, MODES, WHOLE,
                                                  BlackClips, training)
from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.engine.hooks import CompileHook, compile_hook

TINY = '''
_base_ = 'ROOT/configs/aen_dfew_fold1.py'
small = dict(stem_channels=8, base_channels=8)
model = dict(
    data_preprocessor=dict(num_frames=4, img_size=32),
    backbone=small,
    neck=dict(squeeze_channels=(4, 16)),
    temporal=dict(depth=1, num_heads=2, mlp_dim=64),
    guide=dict(classifier=dict(backbone=small, head=dict(in_channels=64))))
for pipeline in (_base_.train_pipeline, _base_.test_pipeline):
    pipeline[0].num_segments = 2
    pipeline[2].size = 32
train_dataloader = dict(dataset=dict(pipeline=_base_.train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=_base_.test_pipeline))
del pipeline
'''


@pytest.fixture
def config(tmp_path, request):
    path = tmp_path / 'tiny.py'
    path.write_text(TINY.replace('ROOT', str(request.config.rootpath)))
    return str(path)


def test_table_by_hand():
    rows = dict(
        a=Throughput(8, [2., 4., 5.], 16e9, torch.float32, 100.),
        b=Throughput(8, [1., 1., 1.]))
    table = throughput_table(rows, {torch.float32: 40e9})
    # 8 clips in 4 s; (5 - 2) / 4; 16 / 4 = 4 of 40 GFLOP/s
    assert table.rows[0] == ('a', '2.0', '75 %', '1.00', '4000', '4', '10 %',
                             '100')
    assert table.rows[1] == ('b', '8.0', '0 %', '4.00', '1000', None, None,
                             None)
    assert '40 GFLOP/s in float32' in table.notes[1]


def test_peak_is_that_of_a_product_of_matrices():
    seconds = times_in_turns(dict(p=peak_task(torch.float32)), 1)['p']
    assert peak_flops([2.]) == 2048**3  # 2 n^3 in 2 s
    assert 1e9 < peak_flops(seconds) < 1e14


def tasks(mebibytes):
    """What goes to another process: an array of so much, faults."""
    return partial(
        dict,
        take=partial(np.ones, mebibytes << 17),
        fail=partial(int, 'x'),
        die=partial(os._exit, 3))


def test_peak_memory_is_the_processs_own():
    held = np.ones(100 << 17)  # of the parent: no matter
    peers = [Peer(tasks(mebibytes)) for mebibytes in (1, 300)]
    for peer in peers:
        peer.run('take')
    peaks = [peer.close() for peer in peers]
    assert held.sum() and peaks[1] - peaks[0] == pytest.approx(299, abs=15)


def test_what_fails_apart_is_told():
    ours, theirs = Pipe()
    ours.send('fail')
    _serve(theirs, 1, tasks(1), ())
    error, answer = ours.recv()
    assert "invalid literal for int() with base 10: 'x'" in error
    assert answer is None
    peer, unmade = Peer(tasks(1)), Peer(int, 'x')  # fails before it is asked
    with pytest.raises(RuntimeError, match='ended with exit code 3'):
        peer.run('die')
    unmade._process.join()
    with pytest.raises(RuntimeError, match='invalid literal for int'):
        unmade.run('take')


def test_predicting(config):
    for speed in ('plain', 'float32', 'bfloat16'):
        predicting(config, speed, 2)['predict']()


def test_models_in_turns(config):
    table = measure_models([config], ['float32'], 1, 1)
    (name, *_, peak), = table.rows
    assert name == f'{config}, float32' and float(peak) > 100  # MiB


def test_black_clips_of_a_repeated_set(config, tmp_path):
    cfg = Config.fromfile(config)
    cfg.train_dataloader.dataset = dict(
        type='RepeatDataset', times=2, dataset=cfg.train_dataloader.dataset)
    cfg.dump(tmp_path / 'repeated.py')
    clips = BlackClips(str(tmp_path / 'repeated.py'), 3)
    assert len(clips) == 3 and clips.metainfo['classes'] == DFEW_CLASSES


@pytest.mark.parametrize('mode', MODES)
def test_training_goes_on_step_by_step(config, tmp_path, monkeypatch, mode):
    """What is compiled runs as it is here: compiling takes a minute."""
    monkeypatch.setattr(benchmark, 'can_compile', lambda: True)
    monkeypatch.setattr(compile_hook, 'can_compile', lambda: False)
    tasks = training(config, mode, 2, str(tmp_path))
    runner = inspect.getclosurevars(tasks[ALONE]).nonlocals['runner']
    weight = runner.model.cls_head.emotion_classifier.weight
    done, before = runner.iter, weight.detach().clone()
    tasks[ALONE]()
    assert runner.iter == done and not torch.equal(weight, before)
    before = weight.detach().clone()
    tasks[WHOLE]()
    assert runner.iter == done + 1 and not torch.equal(weight, before)
    assert type(runner.model.guide).__name__ == (
        'CachedGuide' if MODES[mode].cached else 'FrameGuide')
    assert MODES[mode].compiled == any(
        isinstance(hook, CompileHook) for hook in runner.hooks)


def test_without_a_compiler_there_is_no_number(config, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, 'can_compile', lambda: False)
    with pytest.raises(RuntimeError, match='amp-compiled: torch.compile does'):
        training(config, 'amp-compiled', 1, str(tmp_path))
    with pytest.raises(RuntimeError, match='compiled: torch.compile does'):
        predicting(config, 'compiled', 1)

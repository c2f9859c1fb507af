# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Each mend, on the stack as installed (CPU)."""
import os
import pickle
import socket
import subprocess
import sys
import textwrap

import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.model import BaseModel
from mmengine.optim import AmpOptimWrapper
from mmengine.runner import Runner, load_checkpoint
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from aen_mmaction import compat
from aen_mmaction.compat import checkpoints


class Line(BaseModel):
    """A linear model that keeps the type of its last activation."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.norm = nn.BatchNorm1d(1)

    def forward(self, inputs, labels, mode='tensor'):
        out = self.linear(inputs)
        self.seen = out.dtype
        out = self.norm(out.float())
        if mode == 'loss':
            return dict(loss=(out - labels).square().mean())
        return [out]


class Points(torch.utils.data.Dataset):
    """Eight points of a line."""
    metainfo = dict(classes=('happy', 'sad'))

    def __len__(self):
        return 8

    def __getitem__(self, index):
        value = float(index) / 8
        return dict(
            inputs=torch.tensor([value, 1 - value]),
            labels=torch.tensor([value]))


def make_runner(work_dir, epochs=2, wrapper='OptimWrapper', **kwargs):
    compat.apply()
    torch.manual_seed(0)
    name = f'{work_dir}_{epochs}_{len(os.listdir(work_dir))}'
    loader = dict(
        batch_size=4,
        num_workers=0,
        dataset=Points(),
        collate_fn=dict(type='default_collate'),
        sampler=dict(type='DefaultSampler', shuffle=False))
    return Runner(
        model=Line(),
        work_dir=str(work_dir),
        train_dataloader=loader,
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(
            type=wrapper, optimizer=dict(type='Adam', lr=0.1), **kwargs),
        param_scheduler=dict(type='MultiStepLR', milestones=[1]),
        default_scope='mmaction',
        visualizer=dict(
            type='Visualizer',
            vis_backends=[
                dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend')
            ],
            name=name),
        experiment_name=name,
        log_level='ERROR')


# ---------------------------------------------------------------------------
# apply()
def test_apply_twice_changes_nothing():
    first = compat.apply()
    load, init = CheckpointLoader.load_checkpoint, AmpOptimWrapper.__init__
    assert compat.apply() == first
    assert CheckpointLoader.load_checkpoint is load
    assert AmpOptimWrapper.__init__ is init
    assert set(first.values()) <= {compat.MENDED, compat.ABSENT}


def test_models_import_and_drn_says_why_it_cannot_be_built():
    compat.apply()
    from mmaction.models.localizers import DRN
    if DRN.__module__ != 'aen_mmaction.compat.localizers':
        pytest.skip('this mmaction2 ships DRN')
    with pytest.raises(ImportError, match='mmaction2#2714'):
        DRN()


# ---------------------------------------------------------------------------
# checkpoints
def test_runner_resumes_its_own_checkpoint(tmp_path):
    make_runner(tmp_path, epochs=4).train()
    unbroken = torch.load(tmp_path / 'epoch_4.pth', weights_only=False)
    (tmp_path / 'b').mkdir()
    make_runner(tmp_path / 'b', epochs=2).train()
    runner = make_runner(tmp_path / 'b', epochs=4)
    runner._resume = True  # newest checkpoint of the work_dir
    runner.train()
    resumed = torch.load(tmp_path / 'b' / 'epoch_4.pth', weights_only=False)
    history = resumed['message_hub']['log_scalars']['train/loss']
    assert isinstance(history, HistoryBuffer) and len(history.data[0]) == 8
    assert resumed['optimizer']['state'] and resumed['param_schedulers']
    for name, weight in unbroken['state_dict'].items():
        assert torch.equal(weight, resumed['state_dict'][name]), name


def call_system(marker):

    class Evil:

        def __reduce__(self):
            return os.system, (f'touch {marker}', )

    return Evil()


def ask_getattr(marker):

    class Evil:

        def __reduce__(self):
            return getattr, (HistoryBuffer, '__init__')

    return Evil()


def ask_eval(marker):

    class Evil:

        def __reduce__(self):
            return eval, (f"open('{marker}', 'w')", )

    return Evil()


@pytest.mark.parametrize('evil, asked', [
    (call_system, 'posix.system'),
    (ask_getattr, "getattr.*HistoryBuffer.*'__init__'"),
    (ask_eval, 'eval'),
])
@pytest.mark.parametrize('save', [
    torch.save,
    lambda data, path: path.write_bytes(pickle.dumps(data, protocol=2)),
])
def test_checkpoint_that_asks_for_more_is_refused(tmp_path, evil, asked, save):
    compat.apply()
    path, marker = tmp_path / 'evil.pth', tmp_path / 'executed'
    data = dict(state_dict=dict(weight=torch.zeros(1)), meta=evil(marker))
    if save is not torch.save:
        data.pop('state_dict')
    save(data, path)
    with pytest.raises(ValueError, match=f'evil.pth refused.*{asked}'):
        load_checkpoint(Line(), str(path))
    assert not marker.exists()


def test_getattr_of_another_object_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="'system'"):
        checkpoints.stored_method(os, 'system')


@pytest.mark.parametrize('content', [
    b'', b'not a checkpoint', b'PK\x03\x04 half a zip',
    pickle.dumps(['a', 'list'], protocol=2), b'\x80\x02h\x07.'
], ids=['empty', 'text', 'zip', 'pickle', 'memo'])
def test_file_that_is_no_checkpoint(tmp_path, content):
    compat.apply()
    path = tmp_path / 'some.pth'
    path.write_bytes(content)
    with pytest.raises(ValueError, match='some.pth is not a checkpoint'):
        load_checkpoint(Line(), str(path))


def test_why_a_file_is_refused(tmp_path, monkeypatch):
    """A file that may not be read is not called a damaged one."""
    path = tmp_path / 'some.pth'
    torch.save(dict(state_dict=dict(weight=torch.ones(99))), path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'\x80?', b'\x80@', 1))  # 1.0 is 2.0
    with pytest.raises(ValueError, match='found: .*checksum'):
        load_checkpoint(Line(), str(path))

    def forbidden(*args, **kwargs):
        raise PermissionError(13, 'Permission denied', str(path))

    path.write_bytes(data)
    monkeypatch.setattr(torch, 'load', forbidden)
    with pytest.raises(PermissionError, match='denied.*some.pth'):
        load_checkpoint(Line(), str(path))


@pytest.mark.parametrize('data, found', [
    (dict(meta=dict(epoch=1)), "keys.*'meta'"),
    ([1, 2], 'found list'),
    (dict(state_dict=3), "keys.*'state_dict'"),
])
def test_checkpoint_without_weights(tmp_path, data, found):
    compat.apply()
    torch.save(data, tmp_path / 'empty.pth')
    with pytest.raises(ValueError, match=f'holds no weights.*{found}'):
        load_checkpoint(Line(), str(tmp_path / 'empty.pth'))


def test_plain_weights_and_missing_file(tmp_path):
    compat.apply()
    model, other = Line(), Line()
    torch.save(model.state_dict(), tmp_path / 'plain.pth')
    load_checkpoint(other, str(tmp_path / 'plain.pth'), strict=True)
    assert torch.equal(model.linear.weight, other.linear.weight)
    with pytest.raises(FileNotFoundError, match='absent.pth'):
        load_checkpoint(other, str(tmp_path / 'absent.pth'))


def test_allow_list_is_gone_after_reading(tmp_path):
    compat.apply()
    path = tmp_path / 'history.pth'
    data = dict(state_dict={}, history=HistoryBuffer([1.0], [1]))
    torch.save(data, path)
    CheckpointLoader.load_checkpoint(str(path))
    with pytest.raises(pickle.UnpicklingError):
        torch.load(path)


# ---------------------------------------------------------------------------
# mixed precision
@pytest.mark.parametrize('options', [
    dict(loss_scale='dynamic'),
    dict(dtype='bfloat16'),
])
def test_amp_runs_bfloat16_on_the_cpu(tmp_path, options):
    runner = make_runner(tmp_path, wrapper='AmpOptimWrapper', **options)
    before = runner.model.linear.weight.clone()
    runner.train()
    assert runner.model.seen == torch.bfloat16
    assert runner.model.linear.weight.dtype == torch.float32
    assert not torch.equal(runner.model.linear.weight, before)

    again = make_runner(
        tmp_path, epochs=3, wrapper='AmpOptimWrapper', **options)
    again.resume(str(tmp_path / 'epoch_2.pth'))
    state = again.optim_wrapper.optimizer.state_dict()['state']
    assert state[0]['step'] == 4  # 2 epochs of 8 / 4 steps


def test_amp_on_the_cpu_refuses_other_types():
    compat.apply()
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    with pytest.raises(ValueError, match="got dtype='float16'"):
        AmpOptimWrapper(optimizer=optimizer, dtype='float16')


def test_heads_of_mmaction_take_bfloat16_scores():
    compat.apply()
    from mmaction.models.heads import TSNHead
    from mmaction.structures import ActionDataSample
    head = TSNHead(
        num_classes=3,
        in_channels=4,
        loss_cls=dict(type='mmaction.CrossEntropyLoss'))
    scores = torch.tensor([[0., 2., 1.]], dtype=torch.bfloat16)
    losses = head.loss_by_feat(scores, [ActionDataSample().set_gt_label(1)])
    assert losses['top1_acc'] == 1
    assert losses['loss_cls'].dtype == torch.float32


# ---------------------------------------------------------------------------
# two processes
WORKER = '''
    import os, sys, torch
    sys.path[:0] = [{tests!r}, {root!r}]
    from test_compat import Line, Points
    from aen_mmaction import compat
    compat.apply()
    from mmengine.runner import Runner

    def train(wrapper, **cfg):
        torch.manual_seed(int(os.environ['RANK']))
        runner = Runner(
            model=Line(), work_dir={work_dir!r}, launcher='pytorch',
            train_dataloader=dict(
                batch_size=2, num_workers=0, dataset=Points(),
                collate_fn=dict(type='default_collate'),
                sampler=dict(type='DefaultSampler', shuffle=False)),
            train_cfg=dict(by_epoch=True, max_epochs=1),
            optim_wrapper=dict(
                type=wrapper, optimizer=dict(type='SGD', lr=0.1)),
            env_cfg=dict(dist_cfg=dict(backend='nccl')),
            cfg=dict(cfg), default_scope='mmaction', log_level='ERROR',
            experiment_name=wrapper)
        runner.train()
        return runner.model.module.linear.weight

    weights = [
        train('AmpOptimWrapper'),
        train('OptimWrapper',
              model_wrapper_cfg=dict(type='MMDistributedDataParallel'))]
    torch.save(weights, {work_dir!r} + '/weights' + os.environ['RANK'])
'''


def test_two_gloo_processes(tmp_path):
    here = os.path.dirname(os.path.abspath(__file__))
    script = tmp_path / 'worker.py'
    script.write_text(
        textwrap.dedent(WORKER).format(
            tests=here, root=os.path.dirname(here), work_dir=str(tmp_path)))
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    env = dict(
        os.environ,
        WORLD_SIZE='2',
        MASTER_ADDR='127.0.0.1',
        MASTER_PORT=str(port),
        CUDA_VISIBLE_DEVICES='-1')
    processes = [
        subprocess.Popen([sys.executable, str(script)],
                         env=dict(env, RANK=str(rank), LOCAL_RANK=str(rank)),
                         stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT,
                         text=True) for rank in range(2)
    ]
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    ranks = [torch.load(tmp_path / f'weights{rank}') for rank in range(2)]
    for first, second in zip(*ranks):
        assert torch.equal(first, second)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import HOOKS

from aen_mmaction.engine.hooks import LossBalanceHook, RankMeanLossHook
from aen_mmaction.models.losses import temporal_affectivity


class Runner(SimpleNamespace):
    """What the hooks look at, and a log."""

    def __init__(self, model=None):
        super().__init__(model=model, iter=0, lines=[])
        self.logger = SimpleNamespace(warning=self.lines.append)


def outputs(ta, mc):
    return dict(loss_ta=torch.tensor(ta), loss_mc=torch.tensor(mc))


def test_warns_once_when_ta_is_more_than_ten_times_mc():
    runner, hook = Runner(), LossBalanceHook(interval=1)
    hook.after_train_iter(runner, 0, outputs=outputs(19.9, 2.))
    assert runner.lines == []
    for _ in range(3):
        hook.after_train_iter(runner, 0, outputs=outputs(20.1, 2.))
        runner.iter += 1
    assert len(runner.lines) == 1
    for text in ('L_ta = 20.1', '10 times L_mc = 2', 'iteration 0',
                 "reduction='mean'", 'loss_weight'):
        assert text in runner.lines[0]


def test_the_printed_reading_warns_and_the_default_does_not():
    torch.manual_seed(0)
    clip = [torch.randn(2, d) for d in (784, 784, 512)]
    frames = [torch.randn(2, 16, d) for d in (784, 784, 512)]
    rest = (torch.randn(2, 16, 7), torch.tensor([0, 1]))
    for reduction, mc, lines in (('sum', -.5, 1), ('mean', 2.8, 0)):
        runner, hook = Runner(), LossBalanceHook()
        ta = 0.4 * temporal_affectivity(
            clip, frames, *rest, reduction=reduction)
        hook.after_train_iter(runner, 0, outputs=outputs(float(ta), mc))
        assert len(runner.lines) == lines


def test_looks_only_every_interval():
    runner, hook = Runner(), LossBalanceHook(interval=50)
    for runner.iter in range(1, 50):
        hook.after_train_iter(runner, 0, outputs=outputs(99., 1.))
    assert runner.lines == []
    runner.iter = 50
    hook.after_train_iter(runner, 0, outputs=outputs(99., 1.))
    assert len(runner.lines) == 1


@pytest.mark.parametrize('out', [None, {}, dict(loss_mc=torch.ones(()))])
def test_models_without_ta_are_left_alone(out):
    runner = Runner()
    LossBalanceHook().after_train_iter(runner, 0, outputs=out)
    assert runner.lines == []


def test_asks_for_gradient_shares_every_interval():
    model = SimpleNamespace(monitor_gradients=False)
    runner, hook = Runner(model), LossBalanceHook(interval=3)
    asked = []
    for runner.iter in range(7):
        hook.before_train_iter(runner, 0)
        asked.append(model.monitor_gradients)
    assert asked == [True, False, False, True, False, False, True]
    other = Runner(SimpleNamespace())
    hook.before_train_iter(other, 0)  # a model that cannot: no harm
    assert not vars(other.model)


def test_one_process_logs_its_own_losses():
    out = outputs(1., 2.)
    RankMeanLossHook().after_train_iter(Runner(), 0, outputs=out)
    assert out == outputs(1., 2.)


def test_mean_over_ranks(monkeypatch):
    module = 'aen_mmaction.engine.hooks.loss_hooks.'
    monkeypatch.setattr(module + 'is_distributed', lambda: True)
    monkeypatch.setattr(module + 'get_world_size', lambda: 2)
    # the other rank has ta = 5, mc = 4; keys are sorted: mc, ta
    monkeypatch.setattr(
        module + 'dist.all_reduce',
        lambda values: values.add_(torch.tensor([4., 5.])))
    out = dict(outputs(1., 2.), kept='text')
    RankMeanLossHook().after_train_iter(Runner(), 0, outputs=out)
    assert float(out['loss_ta']) == (1 + 5) / 2
    assert float(out['loss_mc']) == (2 + 4) / 2
    assert out['kept'] == 'text'


def test_registered():
    assert HOOKS.get('LossBalanceHook') is LossBalanceHook
    assert HOOKS.get('RankMeanLossHook') is RankMeanLossHook
    assert RankMeanLossHook.priority == 'HIGHEST'

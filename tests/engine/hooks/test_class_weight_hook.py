# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest
import torch
from mmengine.dataset import ConcatDataset, RepeatDataset
from torch import nn

from aen_mmaction.datasets import DFEWDataset
from aen_mmaction.datasets.labels import class_counts, clip_labels
from aen_mmaction.engine import ClassBalancedSampler
from aen_mmaction.engine.hooks import ClassWeightHook
from aen_mmaction.models.losses import (ClipCrossEntropyLoss,
                                        HierarchicalCrossEntropyLoss)

CLIPS = [(str(i), 1, label) for i, label in enumerate((1, 1, 1, 2), start=1)]


@pytest.fixture
def dataset(tmp_path, make_dfew, clip_pipelines):
    return DFEWDataset(
        pipeline=clip_pipelines['train'],
        min_frames=1,
        **make_dfew(tmp_path, CLIPS))


def run(dataset, *losses, sampler=None):
    """What the hook logs before training a model with these losses."""
    lines = []
    runner = SimpleNamespace(
        model=nn.ModuleList(losses),
        train_dataloader=SimpleNamespace(dataset=dataset, sampler=sampler),
        logger=SimpleNamespace(info=lines.append, warning=lines.append))
    ClassWeightHook().before_train(runner)
    return lines


def test_labels_through_wrappers(dataset):
    assert clip_labels(dataset).tolist() == [0, 0, 0, 1]
    assert class_counts(dataset).tolist() == [3, 1, 0, 0, 0, 0, 0]
    twice = RepeatDataset(dataset, 2)
    assert class_counts(twice).tolist()[:2] == [6, 2]
    joined = ConcatDataset([dataset, dataset])
    assert clip_labels(joined).tolist() == [0, 0, 0, 1] * 2


def test_every_loss_gets_the_weights_of_the_split(dataset):
    losses = (ClipCrossEntropyLoss('inverse'),
              HierarchicalCrossEntropyLoss(class_weights='inverse'),
              ClipCrossEntropyLoss([2.] * 7), ClipCrossEntropyLoss())
    lines = run(dataset, *losses)
    # 1/3 and 1/1, scaled by 4 clips / (3 * 1/3 + 1 * 1) = 2
    expected = torch.tensor([2 / 3, 2, 0, 0, 0, 0, 0])
    for loss in losses[:2]:
        torch.testing.assert_close(loss.class_weights(), expected)
    assert losses[2].class_weights().tolist() == [2.] * 7
    assert losses[3].class_weights() is None
    assert len(lines) == 2
    assert 'happy 0.667 (3 clips), sad 2.000 (1 clips)' in lines[0]
    assert not any(loss.state_dict() for loss in losses)


def test_without_weights_nothing_is_counted():
    assert run(None, ClipCrossEntropyLoss()) == []


def test_balancing_twice_is_warned_of(dataset):
    sampler = ClassBalancedSampler(dataset, seed=0)
    lines = run(dataset, ClipCrossEntropyLoss('effective'), sampler=sampler)
    assert 'count twice' in lines[-1]

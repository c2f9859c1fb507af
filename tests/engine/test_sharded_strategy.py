# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What needs no second process; training is in integration/test_sharded."""
import pytest
import torch
import torch.distributed.fsdp
from torch import nn

from aen_mmaction.engine.sharded_strategy import (ShardedStrategy,
                                                  layers_to_shard)


def test_layers_to_shard():
    """Weights: 4x4 + 4 = 20, 8x8 + 8 = 72; inner layers come first."""
    inner = nn.Sequential(nn.Linear(8, 8), nn.Linear(4, 4))  # 92
    listed = nn.ModuleList([nn.Linear(8, 8)])  # never run by itself
    backbone = nn.Sequential(inner, listed, nn.Linear(4, 4))
    assert list(layers_to_shard(backbone, 72)) == [
        listed[0], inner[0], inner]
    assert list(layers_to_shard(backbone, 93)) == []


def test_one_optimizer_only():
    strategy = ShardedStrategy.__new__(ShardedStrategy)
    two = dict(constructor='Two', backbone=dict(), head=dict())
    with pytest.raises(ValueError, match=r'optimizer=.*constructor, backbone'):
        strategy.build_optim_wrapper(two, nn.Linear(1, 1))


def test_needs_fully_shard(monkeypatch):
    monkeypatch.delattr(torch.distributed.fsdp, 'fully_shard',
                        raising=False)
    with pytest.raises(ImportError, match=r'>= 2.6, found.*pip install'):
        ShardedStrategy.__new__(ShardedStrategy)._wrap_model(nn.Linear(1, 1))

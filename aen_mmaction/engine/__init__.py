# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .hooks import *  # noqa: F401, F403
from .samplers import ClassBalancedSampler, SquareRootSampler, class_quotas
from .sharded_strategy import ShardedStrategy

__all__ = [
    'ClassBalancedSampler', 'ShardedStrategy', 'SquareRootSampler',
    'class_quotas'
]

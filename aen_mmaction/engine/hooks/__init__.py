# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .checkpoint_contract_hook import CheckpointContractHook
from .class_weight_hook import ClassWeightHook
from .epoch_seed_hook import EpochSeedHook
from .loss_hooks import LossBalanceHook, RankMeanLossHook

__all__ = [
    'CheckpointContractHook', 'ClassWeightHook', 'EpochSeedHook',
    'LossBalanceHook', 'RankMeanLossHook'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .acceleration_hook import AccelerationHook
from .checkpoint_contract_hook import CheckpointContractHook
from .class_weight_hook import ClassWeightHook
from .compile_hook import CompileHook
from .disk_hook import DiskHook
from .epoch_seed_hook import EpochSeedHook
from .loss_guard_hook import LossGuardHook
from .loss_hooks import LossBalanceHook, RankMeanLossHook
from .memory_hook import KeepMemoryHook
from .preemption_hook import PreemptionHook
from .resume_hook import ResumeHook

__all__ = [
    'AccelerationHook', 'CheckpointContractHook', 'ClassWeightHook',
    'CompileHook', 'DiskHook', 'EpochSeedHook', 'KeepMemoryHook',
    'LossBalanceHook', 'LossGuardHook', 'PreemptionHook', 'RankMeanLossHook',
    'ResumeHook'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The terms of AEN's objective: pure functions and the modules around them."""
from .global_affectivity import (GlobalAffectivityLoss, affectivity_targets,
                                 global_affectivity)
from .hierarchical_cross_entropy import (HierarchicalCrossEntropyLoss,
                                         group_log_probs,
                                         hierarchical_cross_entropy,
                                         mixed_probabilities)
from .temporal_affectivity import (TemporalAffectivityLoss, frame_weights,
                                   temporal_affectivity)

__all__ = [
    'GlobalAffectivityLoss', 'HierarchicalCrossEntropyLoss',
    'TemporalAffectivityLoss', 'affectivity_targets', 'frame_weights',
    'global_affectivity', 'group_log_probs', 'hierarchical_cross_entropy',
    'mixed_probabilities', 'temporal_affectivity'
]

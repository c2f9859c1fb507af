# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The terms of the objectives: pure functions and the modules around them."""
from .global_affectivity import (GlobalAffectivityLoss, affectivity_targets,
                                 global_affectivity)
from .hierarchical_cross_entropy import (HierarchicalCrossEntropyLoss,
                                         group_log_probs,
                                         hierarchical_cross_entropy,
                                         mixed_probabilities)
from .intensity_aware import IntensityAwareLoss, intensity_aware
from .temporal_affectivity import (TemporalAffectivityLoss, frame_weights,
                                   temporal_affectivity)

__all__ = [
    'GlobalAffectivityLoss', 'HierarchicalCrossEntropyLoss',
    'IntensityAwareLoss', 'TemporalAffectivityLoss', 'affectivity_targets',
    'frame_weights', 'global_affectivity', 'group_log_probs',
    'hierarchical_cross_entropy', 'intensity_aware', 'mixed_probabilities',
    'temporal_affectivity'
]

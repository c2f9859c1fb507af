# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The terms of the objectives: pure functions and the modules around them."""
from .class_weights import (ClassWeights, effective_number_weights,
                            inverse_weights)
from .clip_cross_entropy import ClipCrossEntropyLoss, clip_cross_entropy
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
    'ClassWeights', 'ClipCrossEntropyLoss', 'GlobalAffectivityLoss',
    'HierarchicalCrossEntropyLoss', 'IntensityAwareLoss',
    'TemporalAffectivityLoss', 'affectivity_targets', 'clip_cross_entropy',
    'effective_number_weights', 'frame_weights', 'global_affectivity',
    'group_log_probs', 'hierarchical_cross_entropy', 'intensity_aware',
    'inverse_weights', 'mixed_probabilities', 'temporal_affectivity'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .dynamic_static_fusion import DynamicStaticFusion
from .level_squeeze import ImageSqueeze, LevelSqueeze
from .temporal_transformer import ClipTransformer, LevelTemporalTransformer

__all__ = [
    'ClipTransformer', 'DynamicStaticFusion', 'ImageSqueeze', 'LevelSqueeze',
    'LevelTemporalTransformer'
]

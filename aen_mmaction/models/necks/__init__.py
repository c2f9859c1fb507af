# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .divided_space_time import DividedSpaceTime
from .dynamic_static_fusion import DynamicStaticFusion
from .level_squeeze import ImageSqueeze, LevelSqueeze
from .recurrent import LevelRecurrent
from .temporal_transformer import ClipTransformer, LevelTemporalTransformer

__all__ = [
    'ClipTransformer', 'DividedSpaceTime', 'DynamicStaticFusion',
    'ImageSqueeze', 'LevelRecurrent', 'LevelSqueeze',
    'LevelTemporalTransformer'
]

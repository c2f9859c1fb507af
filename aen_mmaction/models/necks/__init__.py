# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .level_squeeze import LevelSqueeze
from .temporal_transformer import ClipTransformer, LevelTemporalTransformer

__all__ = ['ClipTransformer', 'LevelSqueeze', 'LevelTemporalTransformer']

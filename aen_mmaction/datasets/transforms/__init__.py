# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .augment import GroupFlip, GroupRandomSizedCrop, GroupResize
from .formatting import PackStill
from .loading import BadFrameError, LoadFrames
from .sampling import SampleSegmentFrames

__all__ = [
    'BadFrameError', 'GroupFlip', 'GroupRandomSizedCrop', 'GroupResize',
    'LoadFrames', 'PackStill', 'SampleSegmentFrames'
]

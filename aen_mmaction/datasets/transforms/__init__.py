# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .augment import GroupFlip, GroupRandomSizedCrop, GroupResize
from .formatting import PackStill
from .jitter import GroupColorJitter, GroupRotate
from .loading import BadFrameError, LoadFrames
from .sampling import SampleSegmentFrames

__all__ = [
    'BadFrameError', 'GroupColorJitter', 'GroupFlip', 'GroupRandomSizedCrop',
    'GroupResize', 'GroupRotate', 'LoadFrames', 'PackStill',
    'SampleSegmentFrames'
]

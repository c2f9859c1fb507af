# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .cached_guide import CachedGuide, live_guide
from .frame_guide import FrameGuide

__all__ = ['CachedGuide', 'FrameGuide', 'live_guide']

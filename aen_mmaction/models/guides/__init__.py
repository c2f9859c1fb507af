# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .frame_guide import FrameGuide

__all__ = ['FrameGuide']

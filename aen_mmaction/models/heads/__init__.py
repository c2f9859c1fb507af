# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .clip_head import ClipHead
from .s2ac_head import S2ACHead

__all__ = ['ClipHead', 'S2ACHead']

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .s2ac_head import S2ACHead

__all__ = ['S2ACHead']

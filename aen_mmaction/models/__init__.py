# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from . import (backbones, data_preprocessors, guides, heads, layers, losses,
               necks, recognizers)

__all__ = [
    'backbones', 'data_preprocessors', 'guides', 'heads', 'layers', 'losses',
    'necks', 'recognizers'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Drawn faces: a seeded expression set without assets or downloads."""
from .build import Options, make_synthetic
from .clips import (SyntheticClip, SyntheticStill, clip_regions, render_clip,
                    render_still)
from .truth import SetTruth
from .writers import write_dfew, write_rafdb

__all__ = [
    'Options', 'SetTruth', 'SyntheticClip', 'SyntheticStill', 'clip_regions',
    'make_synthetic', 'render_clip', 'render_still', 'write_dfew',
    'write_rafdb'
]

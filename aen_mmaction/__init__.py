# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Dynamic facial expression recognition for MMAction2.

Importing the package mends known faults of the installed stack
(:mod:`aen_mmaction.compat`) and registers its components in MMAction2's
registries; it has no other effect.
"""
from . import compat

compat.apply()

from . import datasets, engine, evaluation, models  # noqa: E402
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']

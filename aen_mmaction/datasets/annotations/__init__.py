# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Annotation lists and class folders -> one table of :class:`ClipRecord`.

They read and check lists, and never look into the media. Every error names
``file:line``, what was expected, what was found and the mend. Ids are text,
never numbers; labels leave here as class **names**.
"""
from .load import load_annotations
from .records import ClipRecord, PathLike, is_absolute

__all__ = ['ClipRecord', 'PathLike', 'is_absolute', 'load_annotations']

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Weights their authors published: names, reading, conversion."""
from .conversion import (ConversionReport, check_complete, convert_file,
                         restore_file, to_ours, to_theirs)
from .reading import PublishedFile, read_published
from .tables import PUBLISHED, PublishedModel

__all__ = [
    'ConversionReport', 'PUBLISHED', 'PublishedFile', 'PublishedModel',
    'check_complete', 'convert_file', 'read_published', 'restore_file',
    'to_ours', 'to_theirs'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The readers of files, each with a judge of what it returns."""
from typing import Dict

from .lists import LIST_READERS
from .media import MEDIA_READERS
from .reader import Reader
from .records import RECORD_READERS
from .weights import WEIGHT_READERS

READERS: Dict[str, Reader] = {
    **LIST_READERS, **MEDIA_READERS, **WEIGHT_READERS, **RECORD_READERS
}

__all__ = ['READERS', 'Reader']

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .base_dfer_dataset import BaseDFERDataset
from .collate import skip_none_collate
from .dfew import DFEWDataset
from .rafdb import RAFDBDataset
from .transforms import *  # noqa: F401, F403

__all__ = [
    'BaseDFERDataset', 'DFEWDataset', 'RAFDBDataset', 'skip_none_collate'
]

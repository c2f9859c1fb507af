# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .afew import AFEWDataset
from .base_dfer_dataset import BaseDFERDataset
from .collate import skip_none_collate
from .dfew import DFEWDataset
from .ferv39k import FERV39kDataset
from .rafdb import RAFDBDataset
from .transforms import *  # noqa: F401, F403

__all__ = [
    'AFEWDataset', 'BaseDFERDataset', 'DFEWDataset', 'FERV39kDataset',
    'RAFDBDataset', 'skip_none_collate'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .afew import AFEWDataset
from .annotations import ClipRecord, load_annotations
from .base_dfer_dataset import BaseDFERDataset
from .caer import CAERDataset, CAERSDataset
from .collate import skip_none_collate
from .cremad import CREMADDataset
from .dfer_list import DFERListDataset
from .dfew import DFEWDataset
from .ferv39k import FERV39kDataset
from .joint import JointDataset
from .mafw import MAFWDataset
from .rafdb import RAFDBDataset
from .ravdess import RAVDESSDataset
from .transforms import *  # noqa: F401, F403

__all__ = [
    'AFEWDataset', 'BaseDFERDataset', 'CAERDataset', 'CAERSDataset',
    'CREMADDataset', 'ClipRecord', 'DFERListDataset', 'DFEWDataset',
    'FERV39kDataset', 'JointDataset', 'MAFWDataset', 'RAFDBDataset',
    'RAVDESSDataset', 'load_annotations', 'skip_none_collate'
]

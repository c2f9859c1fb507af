# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional, Sequence

from ..checks import check_option
from .base_dfer_dataset import BaseDFERDataset


class ClassFolderDataset(BaseDFERDataset):
    """A data set whose download is a folder per split, emotion and clip.

    There is no list: the label is the folder's name (Angry or Anger, Happy
    or Happiness, ...).

    Args:
        pipeline (Sequence): Transforms.
        split (str): A key of ``SPLITS``.
        ann_file (str): A list, ``.../Angry/000046280 96 3``. Defaults to
            ``''``: the tree is the list.
        data_root (str, optional): Defaults to ``'data/<name>'``.
        data_prefix (dict, optional): As in ``SPLITS``.
        kwargs: See :class:`BaseDFERDataset`.
    """

    SPLITS: Dict[str, dict] = {}  # split -> its data_prefix

    def __init__(self,
                 pipeline: Sequence,
                 split: str = 'train',
                 ann_file: str = '',
                 data_root: Optional[str] = None,
                 data_prefix: Optional[dict] = None,
                 **kwargs) -> None:
        check_option('split', split, tuple(self.SPLITS))
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root or f'data/{self.SOURCE}',
            data_prefix={**self.SPLITS[split], **(data_prefix or {})},
            **kwargs)

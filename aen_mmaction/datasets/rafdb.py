# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from os.path import basename
from typing import List

from mmaction.registry import DATASETS

from ..checks import check_option
from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, RAFDB_CLASSES
from .annotations import ClipRecord
from .base_dfer_dataset import BaseDFERDataset


@DATASETS.register_module()
class RAFDBDataset(BaseDFERDataset):
    """RAF-DB basic stills, each a clip of one frame, for stage 1.

    Labels 1..7 of RAF-DB become the internal order by name.

    Args:
        pipeline (Sequence): Transforms, ending in ``PackStill``.
        split (str): ``'train'`` or ``'test'``, told by the image's name.
        ann_file (str): Defaults to RAF-DB's one list (sic). ``''``: folders
            of the numbers, ``data_prefix['img']/1/train_00001_aligned.jpg``.
        data_root (str): Defaults to ``'data/raf-db'``.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=RAFDB_CLASSES,
        groups=EKMAN_SENTIMENT)
    SOURCE = 'raf-db'
    DATA_PREFIX = dict(img='basic/Image/aligned')
    LAYOUT = ('  basic/Image/aligned/train_00001_aligned.jpg\n'
              '  basic/EmoLabel/list_patition_label.txt')

    def __init__(self,
                 pipeline,
                 split: str = 'train',
                 ann_file: str = 'basic/EmoLabel/list_patition_label.txt',
                 data_root: str = 'data/raf-db',
                 **kwargs) -> None:
        check_option('split', split, ('train', 'test'))
        self.split = split
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root,
            **{'min_frames': 1, **kwargs})

    def read_annotations(self) -> List[ClipRecord]:
        """Read the rows of this split."""
        records = [
            record for record in super().read_annotations()
            if basename(record.clip_id).startswith(f'{self.split}_')
        ]
        if not records:
            raise ValueError(
                f"{self.ann_file}: expected images of split='{self.split}' "
                f'(names {self.split}_...), found none.')
        return records

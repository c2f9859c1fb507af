# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List

from mmaction.registry import DATASETS

from ..emotions import (DFEW_CLASSES, EKMAN_SENTIMENT, MAFW_CLASSES,
                        MAFW_DFEW_FIRST_CLASSES, sentiment_groups)
from .annotations import ClipRecord
from .base_dfer_dataset import BaseDFERDataset
from .checks import keep_records


@DATASETS.register_module()
class MAFWDataset(BaseDFERDataset):
    """MAFW with single labels, as its official download unpacks.

    The official frames and clips show whole scenes; cut the faces out first.
    The groups of the four emotions beside DFEW's seven are ours.

    Args:
        ann_file (str): For example
            ``'split/single/no_caption/set_1/train.txt'`` (with or without
            captions, or a list of others in any of the three orders).
        args: See :class:`BaseDFERDataset`.
        data_root (str): Defaults to ``'data/mafw'``.
        num_classes (int): 11, or 7: without the clips of contempt, anxiety,
            helplessness and disappointment, which are counted and logged.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=MAFW_DFEW_FIRST_CLASSES,
        source_classes=MAFW_CLASSES,
        groups=sentiment_groups(MAFW_DFEW_FIRST_CLASSES))
    SOURCE = 'mafw'
    DATA_PREFIX = dict(img='data/faces/clip_224x224', video='data/clips')
    LAYOUT = ('  data/clips/00025.mp4, faces cut out of it '
              'data/faces/clip_224x224/00025\n'
              '  split/single/no_caption/set_1/train.txt\n'
              '  split/single/no_caption/set_1/test.txt')

    def __init__(self,
                 ann_file: str,
                 *args,
                 data_root: str = 'data/mafw',
                 num_classes: int = 11,
                 **kwargs) -> None:
        if num_classes not in (7, 11):
            raise ValueError(
                f'num_classes: expected 7 or 11, got {num_classes}')
        if num_classes == 7:
            kwargs['metainfo'] = {
                'classes': DFEW_CLASSES,
                'groups': EKMAN_SENTIMENT,
                **kwargs.get('metainfo', {})
            }
        super().__init__(ann_file, *args, data_root=data_root, **kwargs)

    def read_annotations(self) -> List[ClipRecord]:
        """Read the split file; keep the clips of the classes."""
        return keep_records(
            super().read_annotations(), lambda record:
            record.label in self.metainfo['classes'] or '_' in record.label,
            'are of other emotions than the seven', self.ann_file)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Sequence

from mmaction.registry import DATASETS

from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, FERV39K_CLASSES
from .annotations import ClipRecord, load_annotations
from .base_dfer_dataset import BaseDFERDataset
from .named_folders import locate_frames


@DATASETS.register_module()
class FERV39kDataset(BaseDFERDataset):
    """FERV39k, as its official download unpacks.

    Args:
        ann_file (str): For example ``'4_setups/All_scenes/train_All.csv'``,
            or one of the 22 scenes.
        pipeline (Sequence): Transforms.
        data_root (str): Defaults to ``'data/ferv39k'``.
        data_prefix (dict): Defaults to ``dict(img='2_ClipsforFaceCrop')``.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=FERV39K_CLASSES,
        groups=EKMAN_SENTIMENT)
    LAYOUT = ('  2_ClipsforFaceCrop/Action/Sad/0010/01.jpg\n'
              '  4_setups/All_scenes/train_All.csv\n'
              '  4_setups/All_scenes/test_All.csv')

    def __init__(self,
                 ann_file: str,
                 pipeline: Sequence,
                 data_root: str = 'data/ferv39k',
                 data_prefix: dict = dict(img='2_ClipsforFaceCrop'),
                 **kwargs) -> None:
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root,
            data_prefix=data_prefix,
            **kwargs)

    def read_annotations(self) -> List[ClipRecord]:
        """Read the split file; its labels are names."""
        return load_annotations(self.ann_file, 'ferv39k')

    def find_frames(self, records: Sequence[ClipRecord]) -> List[dict]:
        """Locate each clip: its id is its path."""
        return locate_frames(self.data_prefix['img'], records, self.ann_file)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import DATASETS

from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, FERV39K_CLASSES
from .base_dfer_dataset import BaseDFERDataset


@DATASETS.register_module()
class FERV39kDataset(BaseDFERDataset):
    """FERV39k, as its official download unpacks.

    Args:
        ann_file (str): For example ``'4_setups/All_scenes/train_All.csv'``,
            or one of the 22 scenes.
        args: See :class:`BaseDFERDataset`.
        data_root (str): Defaults to ``'data/ferv39k'``.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=FERV39K_CLASSES,
        groups=EKMAN_SENTIMENT)
    SOURCE = 'ferv39k'
    DATA_PREFIX = dict(img='2_ClipsforFaceCrop', video='2_ClipsforFaceCrop')
    LAYOUT = ('  2_ClipsforFaceCrop/Action/Sad/0010/01.jpg\n'
              '  4_setups/All_scenes/train_All.csv\n'
              '  4_setups/All_scenes/test_All.csv')

    def __init__(self,
                 ann_file: str,
                 *args,
                 data_root: str = 'data/ferv39k',
                 **kwargs) -> None:
        super().__init__(ann_file, *args, data_root=data_root, **kwargs)

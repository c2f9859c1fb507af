# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import DATASETS

from ..emotions import CAER_CLASSES, DFEW_CLASSES, EKMAN_SENTIMENT
from .class_folders import ClassFolderDataset

_METAINFO = dict(
    classes=DFEW_CLASSES,
    source_classes=CAER_CLASSES,
    groups=EKMAN_SENTIMENT)


@DATASETS.register_module()
class CAERDataset(ClassFolderDataset):
    """CAER, clips of TV series.

    The download holds whole scenes; cut the faces out first. Splits:
    ``'train'``, ``'validation'``, ``'test'``. See
    :class:`ClassFolderDataset`.
    """

    METAINFO = _METAINFO
    SOURCE = 'caer'
    SPLITS = {
        split: dict(img=f'faces/clip_224x224/{split}', video=f'CAER/{split}')
        for split in ('train', 'validation', 'test')
    }
    LAYOUT = ('  CAER/train/Anger/0001.avi, faces of it '
              'faces/clip_224x224/train/Anger/0001\n'
              '  the same in validation and test')


@DATASETS.register_module()
class CAERSDataset(ClassFolderDataset):
    """CAER-S, stills of CAER: each a clip of one frame, for stage 1.

    The download holds whole scenes; cut the faces out first. Splits:
    ``'train'`` and ``'test'``. See :class:`ClassFolderDataset`.
    """

    METAINFO = _METAINFO
    SOURCE = 'caer-s'
    SPLITS = {
        split: dict(img=f'CAER-S/{split}') for split in ('train', 'test')
    }
    LAYOUT = ('  CAER-S/train/Anger/0001.png\n'
              '  CAER-S/test/Anger/0001.png')

    def __init__(self, pipeline, *args, **kwargs) -> None:
        super().__init__(pipeline, *args, **{'min_frames': 1, **kwargs})

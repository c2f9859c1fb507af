# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import DATASETS

from ..emotions import AFEW_CLASSES, DFEW_CLASSES, EKMAN_SENTIMENT
from .class_folders import ClassFolderDataset


@DATASETS.register_module()
class AFEWDataset(ClassFolderDataset):
    """AFEW: faces cut out of its videos, or the videos themselves.

    The labels of the test part are withheld; results are reported on the
    validation part. Splits: ``'train'`` and ``'val'``. See
    :class:`ClassFolderDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=AFEW_CLASSES,
        groups=EKMAN_SENTIMENT)
    SOURCE = 'afew'
    SPLITS = {
        'train': dict(img='AFEW_Face/train', video='Train_AFEW'),
        'val': dict(img='AFEW_Face/val', video='Val_AFEW'),
    }
    LAYOUT = ('  AFEW_Face/train/Angry/000046280/00001.jpg, or '
              'Train_AFEW/Angry/000046280.avi\n'
              '  AFEW_Face/val/Angry/000046280/00001.jpg, or '
              'Val_AFEW/Angry/000046280.avi')

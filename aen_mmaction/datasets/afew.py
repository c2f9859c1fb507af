# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence

from mmaction.registry import DATASETS

from ..checks import check_option
from ..emotions import AFEW_CLASSES, DFEW_CLASSES, EKMAN_SENTIMENT
from .annotations import ClipRecord, load_annotations
from .base_dfer_dataset import BaseDFERDataset
from .named_folders import locate_frames


@DATASETS.register_module()
class AFEWDataset(BaseDFERDataset):
    """AFEW's faces, one folder per emotion and in it one per clip.

    There is no list: the label is the folder's name, as in the download of
    the videos (Angry or Anger, Happy or Happiness, ...). The labels of the
    test part are withheld; results are reported on the validation part.

    Args:
        pipeline (Sequence): Transforms.
        split (str): ``'train'`` or ``'val'``.
        data_root (str): Defaults to ``'data/afew'``.
        data_prefix (dict, optional): ``img``: folder of the emotions'
            folders. Defaults to ``dict(img='AFEW_Face/<split>')``.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=AFEW_CLASSES,
        groups=EKMAN_SENTIMENT)
    LAYOUT = ('  AFEW_Face/train/Angry/000046280/00001.jpg\n'
              '  AFEW_Face/val/Angry/000046280/00001.jpg')

    def __init__(self,
                 pipeline: Sequence,
                 split: str = 'train',
                 data_root: str = 'data/afew',
                 data_prefix: Optional[dict] = None,
                 **kwargs) -> None:
        check_option('split', split, ('train', 'val'))
        prefix = data_prefix or dict(img=f'AFEW_Face/{split}')
        super().__init__(
            prefix['img'],  # the tree is the list
            pipeline=pipeline,
            data_root=data_root,
            data_prefix=prefix,
            **kwargs)

    def read_annotations(self) -> List[ClipRecord]:
        """List the clips; their folders' names are the labels."""
        return load_annotations(self.data_prefix['img'], 'afew')

    def find_frames(self, records: Sequence[ClipRecord]) -> List[dict]:
        """Locate each clip: its id is its path."""
        return locate_frames(self.data_prefix['img'], records, self.ann_file)

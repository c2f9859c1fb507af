# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp
from typing import List, Optional

from mmaction.registry import DATASETS

from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT
from .base_dfer_dataset import BaseDFERDataset
from .votes import add_soft_labels


@DATASETS.register_module()
class DFEWDataset(BaseDFERDataset):
    """DFEW, as its official download unpacks.

    Both frame folders are read: ``Clip/clip_224x224`` (all frames,
    ``00001/00001_00001.jpg``) and ``Clip/clip_224x224_16f`` (16 interpolated
    frames, ``00001/1.jpg`` .. ``16.jpg``). Former-DFER's training rule uses
    only the first half of a 16-frame clip; for the latter folder set
    ``span='full'`` in ``SampleSegmentFrames``. The videos of
    ``Clip/original`` (``media='video'``) show the whole scene, no faces cut
    out.

    Args:
        ann_file (str): For example
            ``'EmoLabel_DataSplit/train(single-labeled)/set_1.csv'``; the
            labels are 1-based in the official files, 0-based in re-cut ones.
        args: See :class:`BaseDFERDataset`.
        data_root (str): Defaults to ``'data/dfew'``.
        soft_labels (str, optional): ``annotation.xlsx``, relative to
            ``data_root``: each clip also gets ``soft_label`` (K,), the share
            of the annotators' votes, for losses that take it. The pipeline
            must pack it. Defaults to None.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=DFEW_CLASSES,
        groups=EKMAN_SENTIMENT)
    SOURCE = 'dfew'
    DATA_PREFIX = dict(img='Clip/clip_224x224', video='Clip/original')
    LAYOUT = ('  Clip/clip_224x224/00001/00001_00001.jpg\n'
              '  EmoLabel_DataSplit/train(single-labeled)/set_1.csv\n'
              '  EmoLabel_DataSplit/test(single-labeled)/set_1.csv')

    def __init__(self,
                 ann_file: str,
                 *args,
                 data_root: str = 'data/dfew',
                 soft_labels: Optional[str] = None,
                 **kwargs) -> None:
        self.soft_labels = soft_labels
        super().__init__(ann_file, *args, data_root=data_root, **kwargs)
        if soft_labels is not None and not any(
                'soft_label' in getattr(transform, 'algorithm_keys', ())
                for transform in self.pipeline.transforms):
            raise ValueError(
                'soft_labels: expected a pipeline that packs them, found '
                'none that does. Write PackActionInputs with algorithm_keys='
                "('soft_label',).")

    def load_data_list(self) -> List[dict]:
        """Read list and frames, and the votes where they are wanted.

        Raises:
            ValueError: If a clip has no votes, or votes and labels disagree.
        """
        clips = super().load_data_list()
        if self.soft_labels is not None:
            add_soft_labels(clips, osp.join(self.data_root, self.soft_labels),
                            self.metainfo['classes'])
        return clips

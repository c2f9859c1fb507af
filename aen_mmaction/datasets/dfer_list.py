# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp
from typing import List, Optional, Sequence

from mmaction.registry import DATASETS

from ..emotions import (DFEW_CLASSES, Classes, Groups, class_names,
                        sentiment_groups)
from .annotations import ClipRecord, is_absolute
from .base_dfer_dataset import BaseDFERDataset
from .checks import refuse


@DATASETS.register_module()
class DFERListDataset(BaseDFERDataset):
    """Your own clips: a list, or a folder for each class.

    A list has a clip a line, ``path label`` or ``path n label`` (see
    ``load_annotations``), with class names or numbers; paths are relative to
    the data root and never leave it. Clips are folders of frames, or videos
    (``media='video'``).

    Args:
        ann_file (str): The list, or the folder of the classes' folders.
        pipeline (Sequence): Transforms.
        data_root (str): Defaults to ``'.'``.
        classes (str | Sequence[str]): The K classes, in the order that the
            model has them and that numbers in the list mean; the same in
            training and testing. Defaults to DFEW's seven.
        groups (Mapping[str, Sequence[str]], optional): Their groups.
            Defaults to the sentiment of the emotions; classes of other names
            need groups.
        allow_absolute (bool): Whether paths may be absolute, anywhere on the
            machine. Defaults to False.
        label_base (int, optional): Number of the first class, needed where
            neither the first nor the last class occurs.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=DFEW_CLASSES,
        groups=sentiment_groups(DFEW_CLASSES))
    LAYOUT = '  the folders and the list that your config names'

    def __init__(self,
                 ann_file: str,
                 pipeline: Sequence,
                 data_root: str = '.',
                 classes: Classes = DFEW_CLASSES,
                 groups: Optional[Groups] = None,
                 allow_absolute: bool = False,
                 **kwargs) -> None:
        names = class_names(classes)
        self.allow_absolute = allow_absolute
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root,
            class_order=names,
            metainfo=dict(
                classes=names,
                source_classes=names,
                groups=groups or sentiment_groups(names)),
            **kwargs)

    @property
    def clip_root(self) -> str:
        """The folder of classes, else the folder that paths start from."""
        if osp.isdir(self.ann_file):
            return self.ann_file
        return super().clip_root

    def read_annotations(self) -> List[ClipRecord]:
        """Read the list; refuse paths out of the data root."""
        records = super().read_annotations()
        if not self.allow_absolute:
            refuse([r for r in records if is_absolute(r.clip_id)],
                   'with an absolute path (write them relative to data_root, '
                   'or set allow_absolute=True)', ValueError, self.clip_root,
                   self.ann_file)
        return records

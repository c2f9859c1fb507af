# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp
from typing import List, Sequence

from mmaction.registry import DATASETS

from ..checks import check_option
from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, RAFDB_CLASSES
from .annotations import ClipRecord, load_annotations
from .base_dfer_dataset import BaseDFERDataset
from .checks import refuse
from .frame_folders import list_images


@DATASETS.register_module()
class RAFDBDataset(BaseDFERDataset):
    """RAF-DB basic stills, each a clip of one frame, for stage 1.

    Labels 1..7 of RAF-DB become the internal order by name.

    Args:
        pipeline (Sequence): Transforms, ending in ``PackStill``.
        split (str): ``'train'`` or ``'test'``, told by the image's name.
        ann_file (str): Defaults to RAF-DB's one list (sic).
        data_root (str): Defaults to ``'data/raf-db'``.
        data_prefix (dict): ``img``: folder of the aligned images.
        kwargs: See :class:`BaseDFERDataset`.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=RAFDB_CLASSES,
        groups=EKMAN_SENTIMENT)
    LAYOUT = ('  basic/Image/aligned/train_00001_aligned.jpg\n'
              '  basic/EmoLabel/list_patition_label.txt')

    def __init__(self,
                 pipeline: Sequence,
                 split: str = 'train',
                 ann_file: str = 'basic/EmoLabel/list_patition_label.txt',
                 data_root: str = 'data/raf-db',
                 data_prefix: dict = dict(img='basic/Image/aligned'),
                 **kwargs) -> None:
        check_option('split', split, ('train', 'test'))
        self.split = split
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root,
            data_prefix=data_prefix,
            min_frames=1,
            **kwargs)

    def read_annotations(self) -> List[ClipRecord]:
        """Read the rows of this split."""
        records = [
            record for record in load_annotations(self.ann_file, 'raf-db')
            if record.clip_id.startswith(f'{self.split}_')
        ]
        if not records:
            raise ValueError(
                f"{self.ann_file}: expected images of split='{self.split}' "
                f'(names {self.split}_...), found none.')
        return records

    def find_frames(self, records: Sequence[ClipRecord]) -> List[dict]:
        """Locate each image, named with or without ``_aligned``."""
        root = self.data_prefix['img']
        images = {}
        for name in list_images(root):
            clip_id = osp.splitext(name)[0].replace('_aligned', '')
            if clip_id in images:
                raise ValueError(
                    f'{root}: {images[clip_id]} and {name} are both there '
                    f'for {clip_id}; keep the aligned one.')
            images[clip_id] = name
        refuse([r for r in records if r.clip_id not in images],
               'without an image', FileNotFoundError, root, self.ann_file)
        return [
            dict(
                clip_id=record.clip_id,
                frame_dir=root,
                frames=[images[record.clip_id]],
                img_path=osp.join(root, images[record.clip_id]))
            for record in records
        ]

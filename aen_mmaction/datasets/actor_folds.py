# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import re
from typing import Container, List, Optional, Sequence

from ..checks import check_option
from .annotations import ClipRecord
from .base_dfer_dataset import BaseDFERDataset
from .checks import refuse


class ActorFoldDataset(BaseDFERDataset):
    """Videos of actors: a fold is tested on actors it never trains on.

    There is no list: the files' names tell emotion and actor; they begin in
    the form ``NAME``.

    Args:
        pipeline (Sequence): Transforms.
        split (str): ``'train'`` or ``'test'``.
        fold (int): 1-based.
        ann_file (str): A list of such files. Defaults to ``''``: the
            folder of the clips is the list.
        data_root (str, optional): Defaults to ``'data/<name>'``.
        media (str): Defaults to ``'video'``, as downloaded.
        kwargs: See :class:`BaseDFERDataset`.
    """

    #: What a data set of actors says: form of the clips' names, with the group
    #: ``actor``; number of folds; actors of this fold's test part.
    NAME: re.Pattern
    num_folds: int
    test_actors: Container[int]

    def __init__(self,
                 pipeline: Sequence,
                 split: str = 'train',
                 fold: int = 1,
                 ann_file: str = '',
                 data_root: Optional[str] = None,
                 media: str = 'video',
                 **kwargs) -> None:
        check_option('split', split, ('train', 'test'))
        if fold not in range(1, self.num_folds + 1):
            raise ValueError(
                f'fold: expected 1 to {self.num_folds}, got {fold!r}')
        self.split = split
        self.fold = fold
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root or f'data/{self.SOURCE}',
            media=media,
            **kwargs)

    def actor_of(self, clip_id: str) -> int:
        """The actor's number in a clip's name."""
        return int(self.NAME.match(clip_id)['actor'])

    def read_annotations(self) -> List[ClipRecord]:
        """Read all clips; keep those of this part of the fold."""
        records = super().read_annotations()
        refuse([
            record for record in records
            if not self.NAME.match(record.clip_id)
        ], f'whose name does not begin as {self.NAME.pattern}', ValueError,
               self.clip_root, self.ann_file)
        part = [
            record for record in records
            if (self.actor_of(record.clip_id) in self.test_actors) ==
            (self.split == 'test')
        ]
        if not part:
            raise ValueError(
                f'{self.ann_file}: expected clips of the {self.split} part of '
                f'fold {self.fold}, found none among {len(records)} clips.')
        return part

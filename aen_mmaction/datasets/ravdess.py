# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp
from typing import List, Sequence

from mmaction.registry import DATASETS

from ..checks import check_option
from ..emotions import (RAVDESS_CLASSES, RAVDESS_DFEW_FIRST_CLASSES,
                        sentiment_groups)
from .actor_folds import ActorFoldDataset
from .annotations import ClipRecord
from .annotations.forms import RAVDESS_NAME
from .checks import keep_records

#: Test actors of each fold, by where the folds come from.
RAVDESS_FOLDS = {
    'mae-dfer': tuple(range(k, k + 4) for k in range(1, 25, 4)),
    'aen': ((2, 5, 14, 15, 16), (3, 6, 7, 13, 18), (10, 11, 12, 19, 20),
            (8, 17, 21, 23, 24), (1, 4, 9, 22)),
}


@DATASETS.register_module()
class RAVDESSDataset(ActorFoldDataset):
    """RAVDESS: 24 actors, eight emotions (calm beside DFEW's seven).

    ``Actor_12/01-01-06-01-02-01-12.mp4`` is modality, channel, emotion,
    intensity, statement, repetition and actor. The group of calm is ours.

    Args:
        pipeline (Sequence): Transforms.
        folds (str): ``'mae-dfer'``, six folds of four actors in turn, or
            ``'aen'``, the five of AEN's prototype.
        modality (str): First field: ``'01'`` with sound, ``'02'`` without;
            the download has each clip as both, they show the same.
        channel (str): Second field: ``'01'`` speech (1,440 clips), ``'02'``
            song.
        kwargs: See :class:`ActorFoldDataset`.
    """

    METAINFO = dict(
        classes=RAVDESS_DFEW_FIRST_CLASSES,
        source_classes=RAVDESS_CLASSES,
        groups=sentiment_groups(RAVDESS_DFEW_FIRST_CLASSES))
    SOURCE = 'ravdess'
    NAME = RAVDESS_NAME
    DATA_PREFIX = dict(img='faces/clip_224x224', video='')
    LAYOUT = ('  Actor_01/01-01-01-01-01-01-01.mp4, faces cut out of it '
              'faces/clip_224x224/Actor_01/01-01-01-01-01-01-01')

    def __init__(self,
                 pipeline: Sequence,
                 *args,
                 folds: str = 'mae-dfer',
                 modality: str = '01',
                 channel: str = '01',
                 **kwargs) -> None:
        check_option('folds', folds, tuple(RAVDESS_FOLDS))
        check_option('modality', modality, ('01', '02'))
        check_option('channel', channel, ('01', '02'))
        self.folds = RAVDESS_FOLDS[folds]
        self.kind = f'{modality}-{channel}-'
        super().__init__(pipeline, *args, **kwargs)

    @property
    def num_folds(self) -> int:
        """Six or five."""
        return len(self.folds)

    @property
    def test_actors(self) -> Sequence[int]:
        """Actors 1 to 24 that the fold is tested on."""
        return self.folds[self.fold - 1]

    def read_annotations(self) -> List[ClipRecord]:
        """Keep one modality and channel; clips lie in their actor's folder."""
        records = keep_records(super().read_annotations(),
                               lambda r: r.clip_id.startswith(self.kind),
                               f'are not of the kind {self.kind}*',
                               self.ann_file)
        return [r._replace(clip_id=self._place(r.clip_id)) for r in records]

    def _place(self, clip_id: str) -> str:
        folder = f'Actor_{self.actor_of(clip_id):02}'
        inside = osp.isdir(osp.join(self.clip_root, folder))
        return f'{folder}/{clip_id}' if inside else clip_id

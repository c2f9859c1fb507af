# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from mmaction.registry import DATASETS

from ..emotions import (CREMAD_CLASSES, CREMAD_DFEW_FIRST_CLASSES,
                        sentiment_groups)
from .actor_folds import ActorFoldDataset
from .annotations.forms import CREMAD_NAME


@DATASETS.register_module()
class CREMADDataset(ActorFoldDataset):
    """CREMA-D: 7,442 videos of 91 actors, six emotions, openly licensed.

    ``1001_DFA_ANG_XX.flv`` is actor, sentence, emotion and level. It has no
    official folds; these five are ours: an actor is tested in fold
    (number - 1001) mod 5 + 1, so 19, 18, 18, 18 and 18 actors. See
    :class:`ActorFoldDataset`.
    """

    METAINFO = dict(
        classes=CREMAD_DFEW_FIRST_CLASSES,
        source_classes=CREMAD_CLASSES,
        groups=sentiment_groups(CREMAD_DFEW_FIRST_CLASSES))
    SOURCE = 'crema-d'
    NAME = CREMAD_NAME
    DATA_PREFIX = dict(img='faces/clip_224x224', video='VideoFlash')
    LAYOUT = ('  VideoFlash/1001_DFA_ANG_XX.flv, faces cut out of it '
              'faces/clip_224x224/1001_DFA_ANG_XX')
    num_folds = 5

    @property
    def test_actors(self) -> range:
        """1001 to 1091, every fifth."""
        return range(1000 + self.fold, 1092, self.num_folds)

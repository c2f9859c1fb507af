# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which lists a data set has, and where they lie."""
import os.path as osp
from typing import Dict, List, NamedTuple, Optional, Tuple

from ..afew import AFEWDataset
from ..base_dfer_dataset import BaseDFERDataset
from ..caer import CAERDataset, CAERSDataset
from ..cremad import CREMADDataset
from ..dfer_list import DFERListDataset
from ..dfew import DFEWDataset
from ..ferv39k import FERV39kDataset
from ..locating import MEDIA, PREFIX_OF
from ..mafw import MAFWDataset
from ..rafdb import RAFDBDataset
from ..ravdess import RAVDESSDataset

_FIVE = range(1, 6)
_Options = Tuple[str, Optional[int], dict]  # part, fold, of the data set

#: data set -> its class, and part, fold and options of each list.
_LISTS: Dict[str, Tuple[type, List[_Options]]] = {
    'dfew': (DFEWDataset, [
        (part, fold,
         dict(ann_file=f'EmoLabel_DataSplit/{part}(single-labeled)/'
              f'set_{fold}.csv')) for fold in _FIVE
        for part in ('train', 'test')
    ]),
    'ferv39k': (FERV39kDataset, [
        (part, None, dict(ann_file=f'4_setups/All_scenes/{part}_All.csv'))
        for part in ('train', 'test')
    ]),
    'mafw': (MAFWDataset, [
        (part, fold,
         dict(ann_file=f'split/single/no_caption/set_{fold}/{part}.txt'))
        for fold in _FIVE for part in ('train', 'test')
    ]),
    **{
        cls.SOURCE: (cls, [(part, None, dict(split=part))
                           for part in cls.SPLITS])
        for cls in (AFEWDataset, CAERDataset, CAERSDataset)
    },
    **{
        cls.SOURCE: (cls, [(part, None, dict(split=part))
                           for part in ('train', 'test')])
        for cls in (RAFDBDataset, RAVDESSDataset, CREMADDataset)
    },
}
DATASETS = tuple(_LISTS)


class SplitList(NamedTuple):
    """A list, or a tree that is its own list.

    Attributes:
        part (str): ``'train'``, ``'test'``, ...
        fold (int, optional): 1-based, None where there are no folds.
        dataset (BaseDFERDataset): Not loaded; it knows how to read the list
            and where the clips are.
    """
    part: str
    fold: Optional[int]
    dataset: BaseDFERDataset

    @property
    def name(self) -> str:
        """For example ``'train fold 1'``, as in ``known_splits``."""
        return self.part + (f' fold {self.fold}' if self.fold else '')

    @property
    def path(self) -> str:
        """The list's file, or the tree's folder."""
        return self.dataset.ann_file or self.dataset.clip_root


def find_splits(root: str,
                source: Optional[str] = None,
                media: Optional[str] = None) -> List[SplitList]:
    """The lists that are there below a data set's root.

    Args:
        root (str): Root of the data set, as the official download unpacks.
        source (str, optional): One of :data:`DATASETS`. Defaults to None:
            the one whose lists are there.
        media (str, optional): ``'frames'`` or ``'video'``. Defaults to None:
            frames where their folder is there.

    Returns:
        list[SplitList]: In order of fold and part.

    Raises:
        FileNotFoundError: If none is there.
        ValueError: If lists of two data sets are there.
    """
    found = {}
    for name in DATASETS if source is None else (source, ):
        cls, lists = _LISTS[name]
        built = [
            SplitList(part, fold, _build(cls, root, options, media))
            for part, fold, options in lists
        ]
        there = [split for split in built if osp.exists(split.path) and (
            split.dataset.ann_file or osp.normpath(split.path) !=
            osp.normpath(root))]
        if there:
            found[name] = there
    if not found:
        layouts = '\n'.join(f'{name}:\n{_LISTS[name][0].LAYOUT}'
                            for name in DATASETS if source in (None, name))
        raise FileNotFoundError(
            f'no list of a known data set in {root!r}. Expected one of these '
            f'layouts:\n{layouts}\nGive another root, or lists of your own '
            'with --train and --test.')
    if len(found) > 1:
        raise ValueError(f'{root!r}: found lists of {tuple(found)}, expected '
                         'one data set. Say which with --dataset.')
    splits, = found.values()
    return splits


def own_splits(root: str, train: Optional[str], test: Optional[str],
               source: Optional[str], media: Optional[str],
               **options) -> List[SplitList]:
    """Lists of your own, or of the community, for the clips below ``root``.

    Args:
        root (str): Folder that the ids start from.
        train (str, optional): List of the training part.
        test (str, optional): List of the test part.
        source (str, optional): The data set they are of; see
            ``load_annotations``.
        media (str, optional): ``'frames'`` (default) or ``'video'``.
        options: ``label_base``, ``class_order``.
    """
    splits = []
    for part, path in (('train', train), ('test', test)):
        if path is not None:
            dataset = DFERListDataset(
                osp.abspath(path), [], data_root=root, lazy_init=True,
                media=media or MEDIA[0], allow_absolute=True)
            dataset.SOURCE = source
            for name in ('label_base', 'class_order'):
                setattr(dataset, name, options.get(name))
            splits.append(SplitList(part, None, dataset))
    return splits


def _build(cls: type, root: str, options: dict,
           media: Optional[str]) -> BaseDFERDataset:
    """A data set that has read nothing yet."""
    built = [
        cls(pipeline=[], data_root=root, media=kind, lazy_init=True, **options)
        for kind in (MEDIA if media is None else (media, ))
    ]
    there = [dataset for dataset in built
             if PREFIX_OF[dataset.media] in dataset.data_prefix
             and osp.isdir(dataset.clip_root)]
    return (there or built)[0]

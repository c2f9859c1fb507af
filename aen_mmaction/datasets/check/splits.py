# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which lists a data set has, and where they lie."""
import os.path as osp
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

from ..afew import AFEWDataset
from ..annotations.forms import SCENES
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

_PARTS = ('train', 'test')


class _Entry(NamedTuple):
    """A list: see :class:`SplitList`; ``options`` are of its data set."""
    part: str
    fold: Optional[int]
    options: dict
    subset: str = ''


def _in_folds(ann_file: str, subset: str = '') -> List[_Entry]:
    """Lists of five folds, from the name of one."""
    return [
        _Entry(part, fold, dict(ann_file=ann_file.format(part, fold)), subset)
        for fold in range(1, 6) for part in _PARTS
    ]


def _with_clips(options: dict, clips: Optional[str], part: str) -> dict:
    """Options of a data set whose clips lie elsewhere than as released."""
    if clips is None:
        return options
    folder = clips.replace('{part}', part)
    return {**options, 'data_prefix': dict(img=folder, video=folder)}


#: data set -> its class and its lists.
_LISTS: Dict[str, Tuple[type, List[_Entry]]] = {
    'dfew': (DFEWDataset, _in_folds(
        'EmoLabel_DataSplit/{}(single-labeled)/set_{}.csv')),
    'ferv39k': (FERV39kDataset, [
        _Entry(part, None, dict(ann_file=f'4_setups/{folder}/{part}_{name}.csv'
                                ), scene)
        for scene, folder, name in (('', 'All_scenes', 'All'), *(
            (scene, '22_scenes', scene) for scene in SCENES))
        for part in _PARTS
    ]),
    'mafw': (MAFWDataset, _in_folds(
        'split/single/no_caption/set_{1}/{0}.txt')),
    'mafw-compound': (MAFWDataset, _in_folds(
        'split/compound/no_caption/set_{1}/{0}.txt', 'compound')),
    **{
        cls.SOURCE: (cls, [_Entry(part, None, dict(split=part))
                           for part in cls.SPLITS])
        for cls in (AFEWDataset, CAERDataset, CAERSDataset)
    },
    **{
        cls.SOURCE: (cls, [_Entry(part, None, dict(split=part))
                           for part in _PARTS])
        for cls in (RAFDBDataset, RAVDESSDataset, CREMADDataset)
    },
    'raf-db-folders': (RAFDBDataset, [
        _Entry(part, None, _with_clips(
            dict(split=part, ann_file=''), 'DATASET/{part}', part))
        for part in _PARTS
    ]),
}
DATASETS = tuple(_LISTS)
#: What tells the folders of actors' clips from other folders.
_NAMES = {'ravdess': 'Actor_[0-9][0-9]', 'crema-d': '1[0-9][0-9][0-9]_*_*_*'}


class SplitList(NamedTuple):
    """A list, or a tree that is its own list.

    Attributes:
        part (str): ``'train'``, ``'test'``, ...
        fold (int, optional): 1-based, None where there are no folds.
        dataset (BaseDFERDataset): Not loaded; it knows how to read the list
            and where the clips are.
        subset (str): One of FERV39k's scenes, or ``'compound'``.
    """
    part: str
    fold: Optional[int]
    dataset: BaseDFERDataset
    subset: str = ''

    @property
    def name(self) -> str:
        """For example ``'train fold 1'``, as in ``known_splits``."""
        fold = f'fold {self.fold}' if self.fold else ''
        return ' '.join(filter(None, (self.part, fold, self.subset)))

    @property
    def path(self) -> str:
        """The list's file, or the tree's folder."""
        return self.dataset.ann_file or self.dataset.clip_root


def find_splits(root: str,
                source: Optional[str] = None,
                media: Optional[str] = None,
                clips: Optional[str] = None) -> List[SplitList]:
    """The lists that are there below a data set's root.

    Args:
        root (str): Root of the data set, as the official download unpacks.
        source (str, optional): One of :data:`DATASETS`. Defaults to None:
            the one whose lists are there (MAFW's single labels, not its
            compounds).
        media (str, optional): ``'frames'`` or ``'video'``. Defaults to None:
            frames where their folder is there.
        clips (str, optional): Folder of the clips below ``root``, with
            ``'{part}'`` for the part's name. Defaults to None: as released.

    Returns:
        list[SplitList]: In order of fold and part.

    Raises:
        FileNotFoundError: If none is there.
        ValueError: If lists of two data sets are there.
    """
    found = {}
    for name in DATASETS if source is None else (source, ):
        there = _lists_there(name, root, media, source and clips)
        if there:
            found[name] = there
    if source is None and 'mafw' in found:
        found.pop('mafw-compound', None)
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
    (name, splits), = found.items()
    return _lists_there(name, root, media, clips) if clips else splits


def _lists_there(name: str, root: str, media: Optional[str],
                 clips: Optional[str]) -> List[SplitList]:
    """The lists of a data set that are there, or the trees that are lists."""
    cls, lists = _LISTS[name]
    splits = [
        SplitList(part, fold, _build(
            cls, root, _with_clips(options, clips, part), media), subset)
        for part, fold, options, subset in lists
    ]
    return [split for split in splits if _is_there(split, root)]


def _is_there(split: SplitList, root: str) -> bool:
    """Whether there is such a list, or a tree that is one."""
    names = _NAMES.get(split.dataset.SOURCE)
    if names and not split.dataset.ann_file:
        return any(Path(split.path).glob(names))
    return osp.exists(split.path) and osp.normpath(
        split.path) != osp.normpath(root)


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

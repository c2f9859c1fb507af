# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Class counts of the official splits, as data.

They tell a list whose label base or class order is declared wrongly from a
damaged one: see :mod:`aen_mmaction.datasets.annotations`.
"""
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..emotions import (CREMAD_DFEW_FIRST_CLASSES, DFEW_CLASSES,
                        MAFW_DFEW_FIRST_CLASSES, RAFDB_CLASSES,
                        RAVDESS_CLASSES)

#: (part, fold) -> clips of each class in ``DFEW_CLASSES`` order: happy, sad,
#: neutral, angry, surprise, disgust, fear. Folds are 1-based.
DFEW_SPLIT_COUNTS: Dict[Tuple[str, int], Tuple[int, ...]] = {
    ('train', 1): (1956, 1515, 2135, 1738, 1175, 116, 721),
    ('train', 2): (1956, 1515, 2135, 1738, 1175, 116, 721),
    ('train', 3): (1956, 1515, 2135, 1738, 1175, 116, 722),
    ('train', 4): (1956, 1515, 2135, 1739, 1175, 116, 722),
    ('train', 5): (1956, 1516, 2136, 1739, 1176, 116, 722),
    ('test', 1): (489, 379, 534, 435, 294, 29, 181),
    ('test', 2): (489, 379, 534, 435, 294, 29, 181),
    ('test', 3): (489, 379, 534, 435, 294, 29, 180),
    ('test', 4): (489, 379, 534, 434, 294, 29, 180),
    ('test', 5): (489, 378, 533, 434, 293, 29, 180),
}
#: The same of MAFW's single-label splits, in ``MAFW_DFEW_FIRST_CLASSES``
#: order: DFEW's seven, contempt, anxiety, helplessness, disappointment.
MAFW_SPLIT_COUNTS: Dict[Tuple[str, int], Tuple[int, ...]] = {
    ('train', 1): (993, 1176, 910, 1112, 857, 511, 500, 188, 732, 209, 145),
    ('train', 2): (993, 1176, 910, 1112, 857, 511, 500, 189, 733, 209, 145),
    ('train', 3): (994, 1176, 910, 1112, 858, 511, 500, 189, 733, 210, 146),
    ('train', 4): (994, 1176, 911, 1112, 858, 511, 500, 189, 733, 210, 146),
    ('train', 5): (994, 1176, 911, 1112, 858, 512, 500, 189, 733, 210, 146),
    ('test', 1): (249, 294, 228, 278, 215, 128, 125, 48, 184, 53, 37),
    ('test', 2): (249, 294, 228, 278, 215, 128, 125, 47, 183, 53, 37),
    ('test', 3): (248, 294, 228, 278, 214, 128, 125, 47, 183, 52, 36),
    ('test', 4): (248, 294, 227, 278, 214, 128, 125, 47, 183, 52, 36),
    ('test', 5): (248, 294, 227, 278, 214, 127, 125, 47, 183, 52, 36),
}
_SEVEN = {  # in DFEW_CLASSES order
    'ferv39k': {
        'train': (5854, 5523, 7790, 5906, 2502, 1833, 1680),
        'test': (1473, 1393, 1958, 1487, 638, 467, 431),
    },
    'afew': {
        'train': (150, 117, 144, 133, 74, 74, 81),
        'val': (63, 61, 63, 64, 46, 40, 46),
    },
    'caer': {
        'train': (1905, 1028, 3202, 1136, 1093, 500, 358),
        'validation': (272, 146, 457, 162, 157, 71, 51),
        'test': (544, 294, 915, 325, 312, 145, 102),
    },
}
_AFEW_FORMER_DFER = {  # two labels and two clips other than the official set
    "Former-DFER's train list": (150, 117, 142, 135, 74, 74, 81),
    "Former-DFER's val list": (62, 61, 64, 63, 45, 40, 46),
}
_RAFDB = {  # in RAFDB_CLASSES order
    'train': (1290, 281, 717, 4772, 1982, 705, 2524),
    'test': (329, 74, 160, 1185, 478, 162, 680),
}
_RAVDESS = (96, ) + 7 * (192, )  # speech, in RAVDESS_CLASSES order
_CREMAD = (1271, 1271, 1087, 1271, 1271, 1271)  # DFEW's order, no surprise

Counts = Dict[str, int]  # class name -> clips


class KnownSplit(NamedTuple):
    """A split of a data set: for example ``('dfew', 'test fold 1')``."""
    dataset: str
    part: str


def _named(order: Sequence[str],
           splits: Mapping[str, Sequence[int]]) -> Dict[str, Counts]:
    """Counts by class name, and ``'all'``, the splits together."""
    total = {'all': tuple(map(sum, zip(*splits.values())))}
    return {
        part: dict(zip(order, counts))
        for part, counts in {**splits, **total}.items()
    }


def _folds(
    order: Sequence[str],
    table: Mapping[Tuple[str, int],
                   Sequence[int]],
) -> Dict[str, Counts]:
    """Five folds, and ``'all'``, a fold's train and test part together."""
    both = {part: table[part, 1] for part in ('train', 'test')}
    folds = {
        f'{part} fold {fold}': dict(zip(order, counts))
        for (part, fold), counts in table.items()
    }
    return {**folds, 'all': _named(order, both)['all']}


#: data set -> part -> class name -> clips.
KNOWN_SPLITS: Dict[str, Dict[str, Counts]] = {
    'dfew': _folds(DFEW_CLASSES, DFEW_SPLIT_COUNTS),
    'mafw': _folds(MAFW_DFEW_FIRST_CLASSES, MAFW_SPLIT_COUNTS),
    **{name: _named(DFEW_CLASSES, splits)
       for name, splits in _SEVEN.items()},
    'raf-db': _named(RAFDB_CLASSES, _RAFDB),
    'ravdess': {
        'all': dict(zip(RAVDESS_CLASSES, _RAVDESS))
    },
    'crema-d': {
        'all': dict(zip(CREMAD_DFEW_FIRST_CLASSES, _CREMAD))
    },
}
KNOWN_SPLITS['afew'].update(
    (part, dict(zip(DFEW_CLASSES, counts)))
    for part, counts in _AFEW_FORMER_DFER.items())


def match_splits(counts: Mapping[str, int],
                 dataset: Optional[str] = None) -> List[KnownSplit]:
    """Name the known splits that have exactly these class counts.

    Args:
        counts (Mapping[str, int]): Clips of each class by canonical name;
            classes without a clip may be left out.
        dataset (str, optional): Look only at this data set's splits.

    Returns:
        list[KnownSplit]: For example ``[('dfew', 'test fold 1'), ('dfew',
        'test fold 2')]``; empty when no split has these counts.
    """
    found = {name: count for name, count in counts.items() if count}
    return [
        KnownSplit(name, part) for name, splits in KNOWN_SPLITS.items()
        if dataset in (None, name) for part, known in splits.items()
        if known == found
    ]

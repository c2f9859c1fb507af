# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Class counts of the official splits, as data.

They tell a list whose label base is declared wrongly from a damaged one: see
:mod:`aen_mmaction.datasets.annotations`.
"""
from typing import Dict, Optional, Sequence, Tuple

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


def match_dfew_split(counts: Sequence[int]) -> Optional[str]:
    """Name the official DFEW splits that have these class counts.

    Args:
        counts (Sequence[int]): Clips of each class, in DFEW order.

    Returns:
        str | None: For example ``'test fold 1, test fold 2'``; None when no
        official split has these counts.
    """
    names = [
        f'{part} fold {fold}'
        for (part, fold), known in DFEW_SPLIT_COUNTS.items()
        if known == tuple(counts)
    ]
    return ', '.join(names) or None

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Emotion vocabularies, their order in each data set, and emotion groups.

The one place where class names and orders live. Internally labels are always
0-based in :data:`DFEW_CLASSES` order; every data set states its own order and
labels are mapped **by name** (:func:`label_map`), never by number.

K emotions (fine, affective level a=2), G groups (coarse, a=1).
"""
from typing import Dict, Mapping, Sequence, Tuple

import torch

# ---------------------------------------------------------------------------
# Class orders, as the index order of each data set's own files.
DFEW_CLASSES = ('happy', 'sad', 'neutral', 'angry', 'surprise', 'disgust',
                'fear')
# FERV39k's own label_index.txt (alphabetical); its split files hold names.
FERV39K_CLASSES = ('angry', 'disgust', 'fear', 'happy', 'neutral', 'sad',
                   'surprise')
AFEW_CLASSES = FERV39K_CLASSES  # folder names, alphabetical
CAER_CLASSES = FERV39K_CLASSES  # folder names, alphabetical
RAFDB_CLASSES = ('surprise', 'fear', 'disgust', 'happy', 'sad', 'angry',
                 'neutral')  # RAF-DB basic, labels 1..7
# MAFW has three orders in circulation: the paper's, the alphabetical one and
# DFEW's seven followed by the four others.
MAFW_CLASSES = ('angry', 'disgust', 'fear', 'happy', 'neutral', 'sad',
                'surprise', 'contempt', 'anxiety', 'helplessness',
                'disappointment')
MAFW_ALPHABETICAL_CLASSES = ('angry', 'anxiety', 'contempt', 'disappointment',
                             'disgust', 'fear', 'happy', 'helplessness',
                             'neutral', 'sad', 'surprise')
MAFW_DFEW_FIRST_CLASSES = DFEW_CLASSES + ('contempt', 'anxiety',
                                          'helplessness', 'disappointment')
RAVDESS_CLASSES = ('neutral', 'calm', 'happy', 'sad', 'angry', 'fear',
                   'disgust', 'surprise')  # third field of the name, 01..08

# Spellings of the same emotion met in file names, lists and papers.
_ALIASES = {
    'anger': 'angry',
    'disgusted': 'disgust',
    'fearful': 'fear',
    'happiness': 'happy',
    'sadness': 'sad',
    'surprised': 'surprise',
}

# ---------------------------------------------------------------------------
# Emotion groups (coarse level), the three rows of the paper's Table 2.
Groups = Mapping[str, Sequence[str]]

#: Table 2 row 3, used everywhere: grouping of the Ekman emotions.
EKMAN_SENTIMENT: Dict[str, Tuple[str, ...]] = dict(
    positive=('happy', 'surprise'),
    neutral=('neutral', ),
    negative=('sad', 'angry', 'disgust', 'fear'))
#: Table 2 row 2: surprise counted as neutral.
SENTIMENT_SURPRISE_NEUTRAL: Dict[str, Tuple[str, ...]] = dict(
    positive=('happy', ),
    neutral=('neutral', 'surprise'),
    negative=('sad', 'angry', 'disgust', 'fear'))
#: Table 2 row 1: deliberately misgrouped control.
MIXED_SENTIMENT: Dict[str, Tuple[str, ...]] = dict(
    positive=('happy', 'angry'),
    neutral=('neutral', 'sad'),
    negative=('surprise', 'disgust', 'fear'))


def canonical_name(name: str) -> str:
    """Canonical spelling of an emotion name.

    Args:
        name (str): Any spelling met in the field, e.g. ``'Happiness'``.

    Returns:
        str: Lower-case name as used in the class tuples, e.g. ``'happy'``.
        Names without a known alias are only stripped and lower-cased.
    """
    name = name.strip().lower()
    return _ALIASES.get(name, name)


def label_map(source: Sequence[str], target: Sequence[str]) -> Tuple[int, ...]:
    """Index in ``target`` of each class of ``source``, matched by name.

    Args:
        source (Sequence[str]): Class names in the order of the given labels.
        target (Sequence[str]): Class names in the wanted order.

    Returns:
        tuple[int]: ``len(source)`` 0-based indices into ``target``.

    Raises:
        ValueError: If a class of ``source`` is missing from ``target``, or
            ``target`` names one twice.

    Example:
        >>> label_map(('surprise', 'fear'), DFEW_CLASSES)
        (4, 6)
    """
    index = {canonical_name(name): i for i, name in enumerate(target)}
    if len(index) < len(target):
        raise ValueError(f'a class is named twice in {tuple(target)}')
    missing = [n for n in source if canonical_name(n) not in index]
    if missing:
        raise ValueError(
            f'no counterpart for class(es) {missing}: expected names among '
            f'{tuple(target)}. Give both class tuples the same vocabulary, or '
            'filter the clips of these classes first.')
    return tuple(index[canonical_name(name)] for name in source)


class EmotionHierarchy:
    """Two affective levels: K emotions, each belonging to one of G groups.

    Args:
        classes (Sequence[str]): The K emotion names in label order.
        groups (Mapping[str, Sequence[str]]): Group name -> its emotions. The
            mapping's order is the group order.

    Raises:
        ValueError: If a class is named twice, a group is empty, or the groups
            do not part the classes: an emotion missing, unknown or in two
            groups.

    Source: AEN section 3.2 and Table 2.

    Example:
        >>> h = EmotionHierarchy(DFEW_CLASSES, EKMAN_SENTIMENT)
        >>> h.group_of.tolist()
        [0, 2, 1, 2, 0, 2, 2]
    """

    def __init__(self,
                 classes: Sequence[str] = DFEW_CLASSES,
                 groups: Groups = EKMAN_SENTIMENT) -> None:
        self.classes = tuple(canonical_name(name) for name in classes)
        self.group_names = tuple(groups)
        if len(set(self.classes)) < len(self.classes):
            raise ValueError(f'a class is named twice in {tuple(classes)}')
        empty = [name for name, members in groups.items() if not members]
        if empty:
            raise ValueError(f'groups without an emotion: {empty}')
        members = [
            canonical_name(n) for names in groups.values() for n in names
        ]
        if sorted(members) != sorted(self.classes):
            raise ValueError(
                'groups must part the classes (each in exactly one group): '
                f'expected {sorted(self.classes)}, got {sorted(members)}')
        owner = {
            canonical_name(n): g
            for g, names in enumerate(groups.values()) for n in names
        }
        self.group_of = torch.tensor([owner[n] for n in self.classes])

    @property
    def num_classes(self) -> int:
        """K, the number of emotions."""
        return len(self.classes)

    @property
    def num_groups(self) -> int:
        """G, the number of groups."""
        return len(self.group_names)

    def group_probs(self, probs: torch.Tensor) -> torch.Tensor:
        """Sum emotion probabilities into group probabilities (section 3.2).

        Args:
            probs (Tensor): ``(..., K)``; any non-negative score that may be
                summed over the members of a group.

        Returns:
            Tensor: ``(..., G)``; its last axis has the same sum as the input.

        Raises:
            ValueError: If the last axis is not K long.
        """
        if probs.shape[-1] != self.num_classes:
            raise ValueError(
                f'expected (..., {self.num_classes}) emotion probabilities, '
                f'got {tuple(probs.shape)}')
        group_of = self.group_of.to(probs.device)
        out = probs.new_zeros(*probs.shape[:-1], self.num_groups)
        return out.index_add(-1, group_of, probs)

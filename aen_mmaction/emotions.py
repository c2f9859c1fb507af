# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Emotion vocabularies, their order in each data set, and emotion groups.

The one place where class names and orders live. Internally labels are always
0-based in :data:`DFEW_CLASSES` order; every data set states its own order and
labels are mapped **by name** (:func:`label_map`), never by number.

K emotions (fine, affective level a=2), G groups (coarse, a=1).
"""
from typing import Dict, Mapping, Optional, Sequence, Tuple, Union

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
RAVDESS_DFEW_FIRST_CLASSES = DFEW_CLASSES + ('calm', )
CREMAD_CLASSES = ('angry', 'disgust', 'fear', 'happy', 'neutral', 'sad')
CREMAD_DFEW_FIRST_CLASSES = ('happy', 'sad', 'neutral', 'angry', 'disgust',
                             'fear')

#: The orders by name, for configs and for ``class_order`` of the readers.
CLASS_ORDERS: Dict[str, Tuple[str, ...]] = {
    'dfew': DFEW_CLASSES,
    'alphabetical': FERV39K_CLASSES,
    'raf-db': RAFDB_CLASSES,
    'mafw': MAFW_CLASSES,
    'mafw-alphabetical': MAFW_ALPHABETICAL_CLASSES,
    'mafw-dfew-first': MAFW_DFEW_FIRST_CLASSES,
    'ravdess': RAVDESS_CLASSES,
    'ravdess-dfew-first': RAVDESS_DFEW_FIRST_CLASSES,
    'crema-d': CREMAD_CLASSES,
    'crema-d-dfew-first': CREMAD_DFEW_FIRST_CLASSES,
}
Classes = Union[str, Sequence[str]]  # a name of CLASS_ORDERS, or the classes

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
#: Table 2 row 3 extended to the emotions of MAFW and RAVDESS. The paper
#: defines no groups for those: this reading is ours.
EXTENDED_SENTIMENT: Dict[str, Tuple[str, ...]] = dict(
    positive=('happy', 'surprise'),
    neutral=('neutral', 'calm'),
    negative=('sad', 'angry', 'disgust', 'fear', 'contempt', 'anxiety',
              'helplessness', 'disappointment'))


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


def class_names(classes: Classes) -> Tuple[str, ...]:
    """Class names in canonical spelling.

    Args:
        classes (str | Sequence[str]): Name of one of :data:`CLASS_ORDERS`,
            or the names themselves.

    Returns:
        tuple[str]: The names, in order.

    Raises:
        ValueError: If there is no order of this name, or a class is named
            twice.
    """
    if isinstance(classes, str):
        if classes not in CLASS_ORDERS:
            raise ValueError(f'expected a class order of '
                             f'{tuple(CLASS_ORDERS)}, or the names in a list; '
                             f'got {classes!r}')
        classes = CLASS_ORDERS[classes]
    names = tuple(canonical_name(name) for name in classes)
    if len(set(names)) < len(names):
        raise ValueError(f'a class is named twice in {tuple(classes)}')
    return names


def sentiment_groups(classes: Classes) -> Dict[str, Tuple[str, ...]]:
    """Positive, neutral and negative emotions among some classes.

    Args:
        classes (str | Sequence[str]): See :func:`class_names`.

    Returns:
        dict[str, tuple[str]]: :data:`EXTENDED_SENTIMENT` cut to the classes;
        a group without a class is left out.

    Raises:
        ValueError: If an emotion is in no group: give groups of your own.
    """
    names = class_names(classes)
    groups = {
        group: tuple(name for name in names if name in members)
        for group, members in EXTENDED_SENTIMENT.items()
    }
    unknown = set(names).difference(*EXTENDED_SENTIMENT.values())
    if unknown:
        raise ValueError(
            f'no sentiment is known for {sorted(unknown)}: give groups, for '
            "example groups=dict(positive=['happy'], negative=['bored'])")
    return {group: members for group, members in groups.items() if members}


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


def shared_classes(*orders: Sequence[str]) -> Tuple[str, ...]:
    """Classes that several vocabularies have, matched by name.

    Args:
        orders (Sequence[str]): Class names of each vocabulary.

    Returns:
        tuple[str]: Canonical names, in the order of the first.

    Raises:
        ValueError: If fewer than two are left: nothing can be told apart.

    Example:
        >>> shared_classes(('Happy', 'Sad', 'Calm'), ('sadness', 'happiness'))
        ('happy', 'sad')
    """
    first, *others = [class_names(order) for order in orders]
    shared = tuple(n for n in first if all(n in other for other in others))
    if len(shared) < 2:
        raise ValueError('expected at least two classes in common, found '
                         f'{shared} in {[first, *others]}')
    return shared


class EmotionHierarchy:
    """Two affective levels: K emotions, each belonging to one of G groups.

    Args:
        classes (str | Sequence[str]): The K emotion names in label order, or
            the name of one of :data:`CLASS_ORDERS`.
        groups (Mapping[str, Sequence[str]], optional): Group name -> its
            emotions. The mapping's order is the group order. Defaults to
            :func:`sentiment_groups` of the classes.

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
                 classes: Classes = DFEW_CLASSES,
                 groups: Optional[Groups] = None) -> None:
        self.classes = class_names(classes)
        if groups is None:
            groups = sentiment_groups(self.classes)
        self.group_names = tuple(groups)
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

    @property
    def groups(self) -> Dict[str, Tuple[str, ...]]:
        """Group name -> its emotions."""
        return {
            name: tuple(
                c for c, owner in zip(self.classes, self.group_of.tolist())
                if owner == g)
            for g, name in enumerate(self.group_names)
        }

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

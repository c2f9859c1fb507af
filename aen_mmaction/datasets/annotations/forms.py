# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is known of each data set's lists: ids, orders, names of files."""
import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ...emotions import CLASS_ORDERS, canonical_name
from .records import Row

SCENES = ('Action', 'Argue', 'Business', 'Conflict', 'Contest', 'Crime',
          'Crisis', 'DailyLife', 'ElegantArt', 'Experiment', 'History',
          'Interview', 'Liveshow', 'Medicine', 'OfficialEvent',
          'ScholarReport', 'School', 'Social', 'Speech', 'Talkshow',
          'Terror', 'War')  # FERV39k's 22
RAFDB_NAME = re.compile(r'(train|test)_\d+(_aligned)?')
#: Modality-channel-emotion-intensity-statement-repetition-actor.
RAVDESS_NAME = re.compile(
    r'(\d\d)-(\d\d)-(0[1-8])-\d\d-\d\d-\d\d-(?P<actor>\d\d)(?!\d)')
#: Actor, sentence, emotion, level.
CREMAD_NAME = re.compile(
    r'(?P<actor>\d{4})_[A-Z]{3}_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)')
_CREMAD_CODES = dict(
    ANG='angry', DIS='disgust', FEA='fear', HAP='happy', NEU='neutral',
    SAD='sad')


class ListForm(NamedTuple):
    """How the lists of a data set are written.

    Attributes:
        id_parts (int): How many folders and names at the end of a path make
            a clip's id.
        orders (tuple[tuple[str, int]]): Class order (see ``CLASS_ORDERS``)
            and number of the first class in the numbered lists in use.
        numbered (bool): The data set's own list holds numbers, in the first
            of these orders; the others hold names, in lists or folders.
    """
    id_parts: int
    orders: Tuple[Tuple[str, int], ...]
    numbered: bool = False


FORMS: Dict[str, ListForm] = {
    'dfew': ListForm(1, (('dfew', 1), ('dfew', 0)), numbered=True),
    'ferv39k': ListForm(3, (('dfew', 0), ('alphabetical', 0))),
    'afew': ListForm(2, (('dfew', 0), ('alphabetical', 0))),
    'mafw': ListForm(
        1, (('mafw', 0), ('mafw-alphabetical', 0), ('mafw-dfew-first', 0))),
    'caer': ListForm(2, (('dfew', 0), ('alphabetical', 0))),
    'caer-s': ListForm(2, (('dfew', 0), ('alphabetical', 0))),
    'raf-db': ListForm(1, (('raf-db', 1), ('dfew', 0), ('raf-db', 0)),
                       numbered=True),
    'ravdess': ListForm(1, (('ravdess', 0), ('ravdess', 1))),
    'crema-d': ListForm(1, (('crema-d', 0), )),
}


def vocabulary(dataset: Optional[str]) -> Tuple[str, ...]:
    """Names that may occur in a data set's lists, or in any."""
    if dataset is None:
        orders = CLASS_ORDERS.values()
        return tuple(dict.fromkeys(name for order in orders for name in order))
    return CLASS_ORDERS[FORMS[dataset].orders[0][0]]


def clip_id(path: str, dataset: Optional[str]) -> Optional[str]:
    """The end of a path that tells the clip, None if it is too short.

    Example:
        >>> clip_id('D:/FERV39k/Action/Sad/0010', 'ferv39k')
        'Action/Sad/0010'
    """
    if dataset is None:
        return path
    count = FORMS[dataset].id_parts
    parts = [part for part in path.split('/') if part and part[-1] != ':']
    name = '/'.join(parts[-count:])
    if dataset == 'raf-db':
        name = name.replace('_aligned', '')
    return name if len(parts) >= count else None


def named_label(path: str, dataset: Optional[str],
                classes: Sequence[str]) -> Optional[str]:
    """The emotion that a path itself names, by its folder or file name.

    Args:
        path (str): A clip's path, ``'Val_AFEW/Angry/000149120'``.
        dataset (str, optional): The data set, where known.
        classes (Sequence[str]): Names to look for in the last folder.

    Returns:
        str | None: Canonical class name, ``'angry'``.
    """
    *folders, name = path.split('/')
    match = RAVDESS_NAME.fullmatch(name)
    if match and dataset in (None, 'ravdess'):
        return CLASS_ORDERS['ravdess'][int(match[3]) - 1]
    match = CREMAD_NAME.fullmatch(name)
    if match and dataset in (None, 'crema-d'):
        return _CREMAD_CODES[match[2]]
    folder = canonical_name(folders[-1]) if folders else ''
    return folder if folder in classes else None


def recognise(rows: Sequence[Row]) -> Optional[str]:
    """The data set whose naming all the paths follow, if there is one."""
    paths: List[List[str]] = [row.path.split('/') for row in rows]
    for dataset, pattern in (('raf-db', RAFDB_NAME), ('ravdess', RAVDESS_NAME),
                             ('crema-d', CREMAD_NAME)):
        if all(pattern.fullmatch(parts[-1]) for parts in paths):
            return dataset
    classes = vocabulary('ferv39k')
    if all(
            len(parts) >= 3 and parts[-3] in SCENES
            and canonical_name(parts[-2]) in classes for parts in paths):
        return 'ferv39k'
    return None

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a check can find, and how it is told."""
import csv
import os
from collections import defaultdict
from typing import Dict, List, NamedTuple, Sequence

from ...checks import name_some


class Finding(NamedTuple):
    """One thing found.

    Attributes:
        kind (str): A key of :data:`KINDS`.
        where (str): The list, with its line where there is one, or a folder.
        clip_id (str): The clip, ``''`` for a whole list.
        detail (str): What was expected and what was found.
        fault (bool): False for a note, which does not make data unclean.
    """
    kind: str
    where: str
    clip_id: str
    detail: str
    fault: bool = True


class Kind(NamedTuple):
    """What is said of all findings of a kind: title and mend."""
    title: str
    mend: str


KINDS: Dict[str, Kind] = {
    'bad_list': Kind('lists that cannot be read for sure',
                     'follow the text above'),
    'other_numbering': Kind(
        'lists whose labels are numbered unlike the others',
        'take the official list, or declare label_base and class_order'),
    'other_label': Kind('clips with another label than in the other lists',
                        'take the label of the official list'),
    'not_in_fold': Kind('clips that one fold lacks',
                        'download that fold\'s lists again'),
    'not_in_others': Kind('clips that most folds lack',
                          'correct this line, or download the list again'),
    'tested_twice': Kind(
        'clips in the test part of two folds',
        'a list is under the name of another: download them again'),
    'not_in_scene': Kind(
        'clips that are not in both the list of their scene and that of all',
        'download the lists again'),
    'two_splits': Kind(
        'clips in the training and the test part of one fold',
        'take the official lists; --fix leaves them to the test part'),
    'missing_clip': Kind(
        'clips of a list that are not on disk',
        'unpack the archive completely; --fix leaves them out'),
    'ambiguous_clip': Kind('clips that two folders or files fit',
                           'remove the wrong one'),
    'empty_clip': Kind('clips without a frame',
                       'unpack the archive again; --fix leaves them out'),
    'missing_frame': Kind('clips whose numbering of frames has holes',
                          'unpack the archive again'),
    'unreadable': Kind('clips with a file that cannot be decoded',
                       'unpack the archive again; --fix leaves them out'),
    'wrong_count': Kind('clips of another number of frames than the list says',
                        'the count on disk is what is used; --fix writes it'),
    'identical_clips': Kind(
        'clips with the same content under two ids',
        'remove one, the one in the training part if they are in two parts'),
    'short_clip': Kind('clips shorter than a training clip',
                       "frames are repeated (short_clip='drop' leaves out)"),
    'unlisted': Kind('clips on disk that are in no list', 'nothing to do'),
    'incomplete': Kind('lists that are not exactly the official split',
                       'a part of the data set will do for trying things out'),
    'no_total': Kind('lists whose official totals are not known here',
                     'compare the counts above with those you were told'),
}


def summarise(findings: Sequence[Finding]) -> str:
    """Text a person can act on: each kind counted, named, with its mend.

    Args:
        findings (Sequence[Finding]): As found, in any order.

    Returns:
        str: Faults first, then notes; ends in ``clean`` or ``NOT clean``.
    """
    by_kind: Dict[tuple, List[Finding]] = defaultdict(list)
    for finding in findings:
        by_kind[finding.fault, finding.kind].append(finding)
    lines = []
    for fault in (True, False):
        for kind, (title, mend) in KINDS.items():
            found = by_kind[fault, kind]
            if not found:
                continue
            names = list(dict.fromkeys(f.clip_id for f in found if f.clip_id))
            count = len(names) or len(found)
            lines.append(
                f'{"FAULT" if fault else "note "} {count} {title}' +
                (f', in {len(found)} places' if len(found) > count else ''))
            lines += [f'        {f.where}  {f.clip_id}  {f.detail}'
                      for f in found[:3 if fault else 1]]
            if len(names) > 3:
                lines.append(f'        all: {name_some(names)}')
            lines.append(f'        -> {mend}')
    faults = sum(f.fault for f in findings)
    lines.append(f'NOT clean: {faults} faults' if faults else 'clean')
    return '\n'.join(lines)


def write_csv(findings: Sequence[Finding], path: str) -> None:
    """Write all findings, one a row; the folder is made."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(['level', 'kind', 'where', 'clip_id', 'detail',
                         'mend'])
        for f in findings:
            writer.writerow(['fault' if f.fault else 'note', f.kind, f.where,
                             f.clip_id, f.detail, KINDS[f.kind].mend])

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Lists against each other and against the known splits (no media)."""
from collections import Counter, defaultdict
from typing import Dict, List, Optional, Sequence, Tuple

from ..annotations import ClipRecord
from ..annotations.forms import SCENES
from ..frame_folders import bare_id
from ..known_splits import KNOWN_SPLITS
from .findings import Finding
from .splits import SplitList

Lists = Sequence[Tuple[SplitList, List[ClipRecord]]]
_SYSTEMATIC = 0.3  # share of clips that disagree: another numbering


def compare_lists(lists: Lists, source: Optional[str],
                  complete: bool) -> List[Finding]:
    """All findings that need no look at the clips.

    Args:
        lists (Sequence[tuple[SplitList, list[ClipRecord]]]): The lists that
            could be read.
        source (str, optional): The data set, for the known splits.
        complete (bool): Whether a part of the data set is a fault.

    Returns:
        list[Finding]: Faults and notes.
    """
    return [
        *labels_between_lists(lists), *clips_between_folds(lists),
        *clips_in_two_parts(lists), *clips_tested_twice(lists),
        *clips_between_scenes(lists),
        *known_totals(lists, source, complete)
    ]


def clip_key(split: SplitList, record: ClipRecord) -> Tuple[str, str]:
    """What makes a clip the same one in several lists."""
    return split.dataset.clip_root, bare_id(record.clip_id)


def labels_between_lists(lists: Lists) -> List[Finding]:
    """The same clip should have the same label wherever it is listed."""
    votes: Dict[tuple, Counter] = defaultdict(Counter)
    for split, records in lists:
        for record in records:
            votes[clip_key(split, record)][record.label] += 1
    findings = []
    for split, records in lists:
        others = []
        for record in records:
            counts = votes[clip_key(split, record)]
            label = counts.most_common(1)[0][0]  # ties: listed first
            if record.label != label:
                others.append((record, label))
        if len(others) > _SYSTEMATIC * len(records):
            pairs = Counter((r.label, label) for r, label in others)
            text = ', '.join(f'{own} here is {other} there ({n})'
                             for (own, other), n in pairs.most_common(3))
            findings.append(Finding('other_numbering', split.path, '', text))
        else:
            findings += [
                Finding('other_label', f'{split.path}:{record.line}',
                        record.clip_id,
                        f'expected {label} as elsewhere, found {record.label}')
                for record, label in others
            ]
    return findings


def clips_between_folds(lists: Lists) -> List[Finding]:
    """Every fold parts the same clips; most folds are right."""
    folds: Dict[Optional[int], Dict[tuple, Tuple[str, str]]] = defaultdict(
        dict)
    paths: Dict[Optional[int], List[str]] = defaultdict(list)
    for split, records in lists:
        paths[split.fold].append(split.path)
        for record in records:
            folds[split.fold][clip_key(split, record)] = (
                record.clip_id, f'{split.path}:{record.line}')
    # A fold of which one part is not there (or not readable) lacks much.
    parts = max(map(len, paths.values()), default=0)
    whole = {fold: clips for fold, clips in folds.items()
             if len(paths[fold]) == parts}
    held = Counter(key for clips in whole.values() for key in clips)
    names = {key: clip_id for clips in whole.values()
             for key, (clip_id, _) in clips.items()}
    findings = []
    for fold, clips in whole.items():
        for key, count in held.items():
            if 2 * count < len(whole):
                if key in clips:
                    findings.append(Finding(
                        'not_in_others', clips[key][1], names[key],
                        f'in {count} of {len(whole)} folds only'))
            elif key not in clips:
                findings.append(Finding(
                    'not_in_fold', ' and '.join(paths[fold]), names[key],
                    f'in other folds, but neither part of fold {fold}'))
    return findings


def clips_in_two_parts(lists: Lists) -> List[Finding]:
    """No clip of a fold is both trained and tested on.

    The finding is in the training part: that is where the clip is to go.
    """
    seen: Dict[tuple, Tuple[str, str]] = {}
    findings = []
    for split, records in lists:
        for record in records:
            key = (split.fold, *clip_key(split, record))
            here = (split.part, f'{split.path}:{record.line}')
            first = seen.setdefault(key, here)
            if first[0] == split.part:
                continue
            keep, leave = sorted((first, here), key=_is_training)
            findings.append(Finding('two_splits', leave[1], record.clip_id,
                                    f'also in {keep[1]}'))
    return findings


def clips_tested_twice(lists: Lists) -> List[Finding]:
    """Each clip is tested in one fold: else a list is under a wrong name.

    What a fold both trains and tests on is told by clips_in_two_parts.
    """
    trained = {(split.fold, clip_key(split, record))
               for split, records in lists if split.part == 'train'
               for record in records}
    folds: Dict[tuple, int] = {}
    findings = []
    for split, records in lists:
        if split.part != 'test' or split.fold is None:
            continue
        for record in records:
            key = clip_key(split, record)
            if (split.fold, key) in trained:
                continue
            first = folds.setdefault(key, split.fold)
            if first != split.fold:
                findings.append(Finding(
                    'tested_twice', f'{split.path}:{record.line}',
                    record.clip_id, f'also tested in fold {first}'))
    return findings


def _is_training(place: Tuple[str, str]) -> bool:
    return place[0] == 'train'


def clips_between_scenes(lists: Lists) -> List[Finding]:
    """FERV39k's lists of one scene have what its lists of all have of it."""
    whole = {split.part: (split.path, {r.clip_id for r in records})
             for split, records in lists if not split.subset}
    everywhere = set().union(*(ids for _, ids in whole.values()))
    findings = []
    for split, records in lists:
        if split.subset not in SCENES or split.part not in whole:
            continue
        path, ids = whole[split.part]
        ours = {record.clip_id for record in records}
        theirs = {name for name in ids if name.startswith(split.subset + '/')}
        # what the other part has is told by clips_in_two_parts
        for have, lack, clips in ((path, split.path, theirs - ours),
                                  (split.path, path, ours - everywhere)):
            findings += [Finding('not_in_scene', lack, name, f'is in {have}')
                         for name in sorted(clips)]
    return findings


def known_totals(lists: Lists, source: Optional[str],
                 complete: bool) -> List[Finding]:
    """Class counts of each list against those of its official split.

    Of a data set parted by its actors only all parts together are known.
    """
    known = KNOWN_SPLITS.get(source, {})
    named = [(split.name, split.path, records) for split, records in lists]
    if set(known) == {'all'} and lists:
        named = [('all', lists[0][0].path,
                  [r for _, records in lists for r in records])]
    compared = [(known[name], path, records)
                for name, path, records in named if name in known]
    if source and named and not compared:
        return [Finding('no_total', named[0][1], '',
                        f'{named[0][0]} of {source}', fault=False)]
    findings = []
    for official, path, records in compared:
        counts = Counter(record.label for record in records)
        if counts == Counter(official):
            continue
        total = sum(official.values())
        more = {name: n for name, n in counts.items()
                if n > official.get(name, 0)}
        text = (f'subset of {total}: {len(records)} clips' if not more else
                f'expected {total} clips of the official split, found '
                f'{len(records)}, of some classes more than there: {more}')
        findings.append(Finding('incomplete', path, '', text,
                                fault=complete or bool(more)))
    return findings

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import multiprocessing
import os
from collections import defaultdict
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple

from ...checks import name_some
from ..annotations import ClipRecord
from ..frame_folders import bare_id
from ..locating import ClipFinder, describe_clip
from .findings import Finding
from .lists import Lists, clip_key, compare_lists
from .media import ClipMedia, inspect_clip
from .splits import SplitList

#: Data sets whose frames are numbered from 1 without holes.
NUMBERED = ('dfew', )
Progress = Callable[[Iterable, int], Iterable]
Places = Dict[tuple, Tuple[dict, List[Tuple[SplitList, ClipRecord]]]]


class CheckResult(NamedTuple):
    """Result of :func:`check_dataset`.

    Attributes:
        findings (list[Finding]): Faults and notes.
        lists (list[tuple[SplitList, list[ClipRecord]]]): Lists as read.
        media (dict): (folder, id) -> :class:`ClipMedia` of each listed clip.
    """
    findings: List[Finding]
    lists: Lists
    media: Dict[tuple, ClipMedia]

    @property
    def clean(self) -> bool:
        """Whether there is no fault; notes are none."""
        return not any(finding.fault for finding in self.findings)


def check_dataset(splits: List[SplitList],
                  complete: bool = False,
                  jobs: Optional[int] = None,
                  progress: Progress = lambda items, total: items
                  ) -> CheckResult:
    """Compare lists, folders and known totals; decode every frame once.

    Args:
        splits (list[SplitList]): From ``find_splits`` or ``own_splits``.
        complete (bool): Count a part of the data set as a fault. Defaults to
            False: as a note.
        jobs (int, optional): Processes. Defaults to one a core.
        progress (Callable): Wraps (items, total) to show how far it is.

    Returns:
        CheckResult: Nothing is changed on disk.
    """
    source = splits[0].dataset.SOURCE
    findings, lists = _read_lists(splits)
    findings += compare_lists(lists, source, complete)
    places, not_found = _locate(lists)
    findings += not_found
    clips = [clip for clip, _ in places.values()]
    found = list(progress(_inspect(clips, jobs), len(clips)))
    media = dict(zip(places, found))
    for key, (_, listed) in places.items():
        for i, (split, record) in enumerate(listed):
            findings += _media_findings(media[key], split, record,
                                        source in NUMBERED, first=not i)
    findings += identical_clips(places, media)
    findings += _unlisted(lists, places)
    return CheckResult(findings, lists, media)


def _read_lists(splits: List[SplitList]) -> Tuple[List[Finding], Lists]:
    findings, lists = [], []
    for split in splits:
        try:
            dataset = split.dataset
            dataset.ann_file = split.path
            lists.append((split, dataset.read_annotations()))
        except (ValueError, FileNotFoundError) as error:
            findings.append(Finding('bad_list', split.path, '', str(error)))
    return findings, lists


def _locate(lists: Lists) -> Tuple[Places, List[Finding]]:
    """Where each clip is, once for all the lists it is in."""
    finders, findings = {}, []
    places: Places = {}
    for split, records in lists:
        root, media = split.dataset.clip_root, split.dataset.media
        finder = finders.setdefault(root, ClipFinder(root, media))
        for record in records:
            key, where = clip_key(split, record), f'{split.path}:{record.line}'
            if key in places:
                places[key][1].append((split, record))
                continue
            try:
                place = finder.find(record.clip_id)
            except ValueError as error:
                findings.append(Finding('ambiguous_clip', where,
                                        record.clip_id, str(error)))
                continue
            if place is None:
                findings.append(Finding('missing_clip', where, record.clip_id,
                                        f'not found in {root}'))
                continue
            clip = describe_clip(record.clip_id, place)
            places[key] = clip, [(split, record)]
    return places, findings


def _inspect(clips: List[dict], jobs: Optional[int]) -> Iterable[ClipMedia]:
    """Look into the clips, in order, on several cores."""
    cores = getattr(os, 'sched_getaffinity', None)
    jobs = jobs or (len(cores(0)) if cores else os.cpu_count() or 1)
    if jobs == 1 or len(clips) < 2:
        yield from map(inspect_clip, clips)
        return
    with multiprocessing.Pool(min(jobs, len(clips))) as pool:
        yield from pool.imap(inspect_clip, clips, chunksize=8)


def _media_findings(media: ClipMedia, split: SplitList, record: ClipRecord,
                    numbered: bool, first: bool) -> List[Finding]:
    """What is to be said of a clip in a list; some only in its first one."""
    frames, minimum = media.num_frames, split.dataset.min_frames
    found = []  # kind, detail, whether a fault
    if media.bad:
        found.append(('unreadable', f'{len(media.bad)} of {frames} frames, '
                      f'{media.bad[0]}', True))
    elif not frames:
        found.append(('empty_clip', 'no frame in it', True))
    elif frames < minimum and first:
        found.append(('short_clip', f'{frames} frames of {minimum}', False))
    if frames and record.num_frames not in (None, frames):
        found.append(('wrong_count', f'expected {record.num_frames} frames, '
                      f'found {frames}', True))
    if media.holes and numbered and first:
        names = name_some(list(map(str, media.holes)))
        found.append(('missing_frame', f'no frame numbered {names}', True))
    where = f'{split.path}:{record.line}'
    return [Finding(kind, where, record.clip_id, detail, fault)
            for kind, detail, fault in found]


def identical_clips(places: Places,
                    media: Dict[tuple, ClipMedia]) -> List[Finding]:
    """Clips whose files are the same, byte for byte."""
    same = defaultdict(list)
    for key, found in media.items():
        if found.num_frames:
            same[found.digest].append(key)
    findings = []
    for first, *others in same.values():
        split, record = places[first][1][0]
        findings += [
            Finding('identical_clips', f'{other.path}:{row.line}', row.clip_id,
                    f'the same as {record.clip_id} ({split.name})')
            for other, row in (places[key][1][0] for key in others)
        ]
    return findings


def _unlisted(lists: Lists, places: Places) -> List[Finding]:
    """Folders right under the clips' root that no list names."""
    findings = []
    for root in {split.dataset.clip_root for split, _ in lists}:
        known = {bare_id(record.clip_id) for split, records in lists
                 for record in records if split.dataset.clip_root == root}
        if not os.path.isdir(root) or any('/' in name for name in known):
            continue
        findings += [
            Finding('unlisted', root, name, 'in no list', fault=False)
            for name in sorted(os.listdir(root))
            if os.path.isdir(os.path.join(root, name))
            and bare_id(name) not in known
        ]
    return findings

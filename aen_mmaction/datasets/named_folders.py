# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Data sets whose labels are written out: FERV39k's lists, AFEW's folders."""
import os
import os.path as osp
from typing import List, Sequence

from ..emotions import canonical_name
from .annotations import ClipRecord, PathLike, read_lines, row_error
from .checks import refuse
from .frame_folders import list_images, natural_key


def read_ferv39k_list(path: PathLike,
                      classes: Sequence[str]) -> List[ClipRecord]:
    """Read a split of FERV39k, ``train_All.csv`` or ``test_All.csv``.

    Args:
        path (str | PathLike): Lines ``Action/Sad/0010 Sad``, no header:
            scene, emotion and clip, which starts anew in each folder, then
            the label by name.
        classes (Sequence[str]): Names that may occur.

    Returns:
        list[ClipRecord]: Ids are all three parts, ``Action/Sad/0010``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a row cannot be read, its label is unknown or not that
            of its folder, or a clip occurs twice.
    """
    known = {canonical_name(name) for name in classes}
    records, first_line = [], {}
    for line, text in read_lines(path):
        clip_id, _, label = text.strip().rpartition(' ')
        clip_id = clip_id.strip().replace('\\', '/')
        parts = clip_id.split('/')
        label = canonical_name(label)
        if (len(parts) != 3 or '..' in parts or label not in known
                or canonical_name(parts[1]) != label):
            raise row_error(
                path, line, "scene/emotion/clip and the same emotion, "
                "'Action/Sad/0010 Sad'", text)
        first = first_line.setdefault(clip_id, line)
        if first != line:
            raise row_error(path, line,
                            f'each clip once (it is on line {first} too)',
                            clip_id)
        records.append(ClipRecord(clip_id, label, None, line))
    return records


def scan_class_folders(root: PathLike,
                       classes: Sequence[str]) -> List[ClipRecord]:
    """List the clips of a tree ``<emotion>/<clip>/``.

    Args:
        root (str | PathLike): Folder of the emotions' folders.
        classes (Sequence[str]): Emotions that must be there, no others.

    Returns:
        list[ClipRecord]: Ids are ``Angry/000046280``; sorted naturally.

    Raises:
        ValueError: If the folders are not those of the emotions, or hold no
            clip.
    """
    emotions = _folders(root)
    found = [canonical_name(name) for name in emotions]
    if sorted(found) != sorted(map(canonical_name, classes)):
        raise ValueError(
            f'{root}: expected one folder for each of {tuple(classes)}, found '
            f'{emotions}. Unpack all classes, or correct data_prefix.')
    records = [
        ClipRecord(f'{folder}/{clip}', label, None, number)
        for folder, label in zip(emotions, found)
        for number, clip in enumerate(_folders(osp.join(root, folder)), 1)
    ]
    if not records:
        raise ValueError(f'{root}: expected clip folders in {emotions}, found '
                         'none. Cut the faces out of the videos first.')
    return records


def locate_frames(root: str, records: Sequence[ClipRecord],
                  ann_file: str) -> List[dict]:
    """Frames of clips whose id is their path below ``root``.

    Returns:
        list[dict]: ``clip_id, frame_dir, frames`` of each record.

    Raises:
        FileNotFoundError: If a clip has no folder; all are counted.
    """
    missing = [
        r for r in records if not osp.isdir(osp.join(root, r.clip_id))
    ]
    refuse(missing, 'without a folder', FileNotFoundError, root, ann_file)
    return [
        dict(
            clip_id=record.clip_id,
            frame_dir=osp.join(root, record.clip_id),
            frames=list_images(osp.join(root, record.clip_id)))
        for record in records
    ]


def _folders(root: PathLike) -> List[str]:
    """Names of the folders in a folder, sorted naturally, hidden ones not."""
    with os.scandir(root) as entries:
        names = [
            e.name for e in entries
            if e.is_dir() and not e.name.startswith('.')
        ]
    return sorted(names, key=natural_key)

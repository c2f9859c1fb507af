# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Trees of clips whose folders or file names are the labels."""
import os
import os.path as osp
from typing import List, Optional, Sequence, Tuple

from ..frame_folders import (IMAGE_SUFFIXES, VIDEO_SUFFIXES, clip_name,
                             natural_key)
from .forms import CREMAD_NAME, RAVDESS_NAME, named_label, vocabulary
from .records import PathLike, Row, clean_path

#: Data sets whose files tell the emotion: pattern of a name, an example.
NAMED_FILES = {
    'ravdess': (RAVDESS_NAME, 'Actor_01/01-01-06-01-02-01-12.mp4'),
    'crema-d': (CREMAD_NAME, '1001_DFA_ANG_XX.flv'),
}


def scan_rows(root: PathLike,
              dataset: Optional[str],
              classes: Optional[Sequence[str]] = None) -> List[Row]:
    """List the clips of a tree.

    Args:
        root (str | PathLike): Folder of the emotions' folders, or of files
            named as RAVDESS's or CREMA-D's.
        dataset (str, optional): Whose naming is expected.
        classes (Sequence[str], optional): Emotions whose folders are
            expected. Defaults to the data set's.

    Returns:
        list[Row]: Clips are folders of frames, videos or stills (of one
        frame); sorted naturally.

    Raises:
        ValueError: If the tree is not as expected, or holds no clip.
    """
    top = _clips(root)
    if dataset in NAMED_FILES or dataset is None and any(
            pattern.fullmatch(_stem(name))
            for pattern, _ in NAMED_FILES.values() for name, _ in top):
        return _scan_named(root, dataset or _naming(top))
    if dataset is None and any(name.startswith('Actor_') for name, _ in top):
        return _scan_named(root, 'ravdess')
    folders = [name for name, kind in top if kind == 'folder']
    every = classes or (vocabulary(dataset) if dataset else ())
    found = [named_label(f'{folder}/x', None, every or vocabulary(None))
             for folder in folders]
    numbered = folders and all(name.isdecimal() for name in folders)
    if not numbered and (None in found or not found
                         or set(found) != set(every or found)):
        raise ValueError(
            f'{root}: expected one folder for each of '
            f'{tuple(every or vocabulary(None))}, found {folders}. Unpack '
            'all classes, or correct data_prefix or the classes.')
    return _scan_classes(root, folders)


def _scan_classes(root: PathLike, folders: List[str]) -> List[Row]:
    """``<emotion>/<clip>``: a folder of frames, a video or a still."""
    rows: List[Row] = []
    for folder in folders:
        clips = _clips(osp.join(root, folder))
        kinds = sorted({kind for _, kind in clips})
        if len(kinds) > 1:
            raise ValueError(
                f'{osp.join(root, folder)}: expected clips of one kind, found '
                f'{" and ".join(kinds)}. Keep frames and videos apart.')
        for name, kind in clips:
            path = clean_path(f'{folder}/{clip_name(name)}', root,
                              len(rows) + 1)
            rows.append(
                Row(len(rows) + 1, path, 1 if kind == 'image' else None,
                    folder))
    if not rows:
        raise ValueError(f'{root}: expected clip folders, videos or images '
                         f'in {folders}, found none.')
    return rows


def _scan_named(root: PathLike, dataset: str) -> List[Row]:
    """Files (or folders of frames) whose names tell the emotion."""
    pattern, example = NAMED_FILES[dataset]
    rows: List[Row] = []
    odd = []
    for folder in ['', *(n for n, k in _clips(root) if k == 'folder')]:
        if pattern.fullmatch(folder):  # a clip as frames, listed by its root
            continue
        clips = _clips(osp.join(root, folder))
        fits = [pattern.fullmatch(_stem(name)) for name, _ in clips]
        for (name, kind), fit in zip(clips, fits):
            path = clean_path(osp.join(folder, name), root, len(rows) + 1)
            if fit:
                label = named_label(path, dataset, ())
                rows.append(Row(len(rows) + 1, path, None, label))
            elif kind != 'folder' or folder and any(fits):
                odd.append(osp.join(folder, name))
    if odd or not rows:
        raise ValueError(
            f'{root}: expected clips named like {example}, found '
            f'{len(rows)} of them and {len(odd)} others {odd[:3]}. Move '
            'others out of this folder, or correct data_prefix.')
    return rows


def _clips(root: PathLike) -> List[Tuple[str, str]]:
    """(name, 'folder' | 'video' | 'image') in a folder, sorted naturally."""
    found = []
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith('.'):
                continue
            suffix = osp.splitext(entry.name)[1].lower()
            if entry.is_dir():
                found.append((entry.name, 'folder'))
            elif suffix in VIDEO_SUFFIXES:
                found.append((entry.name, 'video'))
            elif suffix in IMAGE_SUFFIXES:
                found.append((entry.name, 'image'))
    return sorted(found, key=lambda clip: natural_key(clip[0]))


def _stem(name: str) -> str:
    return osp.splitext(name)[0]


def _naming(clips: List[Tuple[str, str]]) -> str:
    """The data set after which the files are named."""
    return next(dataset for dataset, (pattern, _) in NAMED_FILES.items()
                if any(pattern.fullmatch(_stem(name)) for name, _ in clips))

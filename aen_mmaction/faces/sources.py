# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which videos to prepare, and the classes they belong to."""
import os
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..datasets.annotations import load_annotations
from ..datasets.frame_folders import VIDEO_SUFFIXES, clip_name, natural_key
from ..datasets.locating import locate_clips


class Video(NamedTuple):
    """One video to prepare.

    Attributes:
        clip_id (str): Its path below the root without the ending, ``'/'``
            between folders; the clip's id.
        name (str): The same with the ending.
        path (str): The file.
        label (str): Name of its class; empty if unknown.
    """
    clip_id: str
    name: str
    path: str
    label: str


def find_videos(root: str) -> Tuple[List[Video], List[str]]:
    """All videos below a folder; the class is the folder they lie in.

    Args:
        root (str): The folder, or a single video.

    Returns:
        tuple: The videos, sorted naturally, and the names of the files that
        are none by their ending. Videos right in ``root`` have no class.

    Raises:
        FileNotFoundError: If there is no such file or folder.
    """
    if os.path.isfile(root):
        name = os.path.basename(root)
        return [Video(clip_name(name), name, root, '')], []
    if not os.path.isdir(root):
        raise FileNotFoundError(
            f'{root}: no such file or folder. Give the folder of the videos.')
    videos, others = [], []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith('.')]
        below = os.path.relpath(folder, root).replace(os.sep, '/')
        label = '' if below == '.' else below.rsplit('/', 1)[-1]
        for name in names:
            where = name if below == '.' else f'{below}/{name}'
            if name.startswith('.'):
                continue
            if not name.lower().endswith(VIDEO_SUFFIXES):
                others.append(where)
                continue
            videos.append(Video(os.path.splitext(where)[0], where,
                                os.path.join(folder, name), label))
    return (sorted(videos, key=lambda video: natural_key(video.name)),
            sorted(others, key=natural_key))


def listed_videos(root: str, lists: Sequence[str],
                  dataset: Optional[str] = None,
                  label_base: Optional[int] = None) -> List[Video]:
    """The videos of annotation lists, with the lists' classes.

    Args:
        root (str): Folder that the ids of the lists start from.
        lists (Sequence[str]): Lists of any form that ``load_annotations``
            reads.
        dataset (str, optional): As for ``load_annotations``.
        label_base (int, optional): As for ``load_annotations``.

    Raises:
        FileNotFoundError: If a list or videos of it are missing.
        ValueError: If a list cannot be read, or two disagree on a label.
    """
    found: Dict[str, Video] = {}
    for path in lists:
        records = load_annotations(path, dataset, label_base)
        for record, clip in zip(
                records, locate_clips(root, records, 'video', path)):
            name = os.path.relpath(clip['filename'], root).replace(os.sep, '/')
            video = Video(os.path.splitext(name)[0], name, clip['filename'],
                          record.label)
            other = found.setdefault(name, video)
            if other.label != video.label:
                raise ValueError(
                    f'{path}:{record.line}: {name} is {video.label!r} here '
                    f'and {other.label!r} in another list. Correct one.')
    return sorted(found.values(), key=lambda video: natural_key(video.name))


def find_clashes(videos: Sequence[Video]) -> Dict[str, str]:
    """Videos whose clip would share its folder with another's.

    Returns:
        dict: Name of the video -> why it cannot be prepared. Of
        ``a.mp4`` and ``a.mov`` the second; of ``a.mp4`` and ``a/b.mp4`` the
        first, whose folder would hold the other's.
    """
    owner: Dict[str, str] = {}
    parents: Dict[str, str] = {}
    clashes = {}
    for video in videos:
        parts = video.clip_id.split('/')
        for depth in range(1, len(parts)):
            parents.setdefault('/'.join(parts[:depth]), video.name)
    for video in videos:
        other = owner.setdefault(video.clip_id, video.name)
        if other != video.name:
            clashes[video.name] = f'its clip id is that of {other}: rename one'
        elif video.clip_id in parents:
            clashes[video.name] = ('its clip would hold the folder of '
                                   f'{parents[video.clip_id]}: rename one')
    return clashes

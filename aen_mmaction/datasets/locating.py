# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Clips of a list -> their frames or video files on disk."""
import os.path as osp
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .annotations import ClipRecord
from .checks import refuse
from .folder_index import list_folders
from .frame_folders import (Index, clip_name, find_entry, index_folders,
                            index_images, index_videos, list_images)

#: What a clip of a medium may be -> how to list a folder of such.
KINDS = dict(
    frames=dict(frames=index_folders, still=index_images),
    video=dict(video=index_videos))
MEDIA = tuple(KINDS)
PREFIX_OF = dict(frames='img', video='video')  # keys of data_prefix


class ClipPlace(NamedTuple):
    """Where a clip is: its folder, name, and kind."""
    folder: str
    name: str
    kind: str  # 'frames', 'still' or 'video'


def locate_clips(root: str, records: Sequence[ClipRecord], media: str,
                 ann_file: str) -> List[dict]:
    """Find each clip below ``root``: each folder is listed once.

    A clip's id is its path below ``root``, up to the zero padding of its
    number and the ending of its file: a folder of frames, a single image, or
    a video.

    Args:
        root (str): Folder that the ids start from.
        records (Sequence[ClipRecord]): The clips.
        media (str): ``'frames'`` or ``'video'``.
        ann_file (str): The list, for error texts.

    Returns:
        list[dict]: ``clip_id`` as on disk, and ``frame_dir, frames`` (file
        names in order) or ``filename``; a still has ``img_path`` as well.

    Raises:
        FileNotFoundError: If clips are not there; counted and named.
        ValueError: If several files fit one id, or a folder holds no image.
    """
    finder = ClipFinder(root, media)
    places = []
    for record in records:
        try:
            places.append(finder.find(record.clip_id))
        except ValueError as error:
            raise ValueError(
                f'{ann_file}:{record.line}: {error} (in {root!r})') from error
    missing = [r for r, place in zip(records, places) if place is None]
    what = dict(
        frames='without a folder or an image', video='without a video file')
    refuse(missing, what[media], FileNotFoundError, root, ann_file)
    folders = [osp.join(place.folder, place.name) for place in places
               if place.kind == 'frames']
    listed = dict(zip(folders, list_folders(root, folders)))
    clips = [describe_clip(record.clip_id, place, listed)
             for record, place in zip(records, places)]
    empty = [r for r, clip in zip(records, clips)
             if not clip.get('frames', True)]
    refuse(empty, 'with an empty folder (no image)', ValueError, root,
           ann_file)
    return clips


class ClipFinder:
    """Looks ids up in folders, listing each folder once for each kind."""

    def __init__(self, root: str, media: str) -> None:
        self.root = root
        self.kinds = KINDS[media]
        self._indices: Dict[Tuple[str, str], Index] = {}

    def find(self, clip_id: str) -> Optional[ClipPlace]:
        """The clip's place, None when there is none."""
        parent, name = osp.split(clip_id)
        folder = osp.join(self.root, parent) if parent else self.root
        for kind, list_entries in self.kinds.items():
            found = find_entry(self._index(folder, kind, list_entries), name)
            if found is not None:
                return ClipPlace(folder, found, kind)
        return None

    def _index(self, folder: str, kind: str,
               list_entries: Callable[[str], Index]) -> Index:
        key = folder, kind
        if key not in self._indices:
            self._indices[key] = list_entries(folder) if osp.isdir(
                folder) else {}
        return self._indices[key]


def describe_clip(clip_id: str,
                  place: ClipPlace,
                  listed: Optional[Dict[str, List[str]]] = None) -> dict:
    """The sample's keys that say where its frames are.

    Args:
        clip_id (str): As in the list.
        place (ClipPlace): Where it was found.
        listed (dict, optional): Folder -> its images, where known already.
    """
    path = osp.join(place.folder, place.name)
    name = place.name if place.kind == 'frames' else clip_name(place.name)
    clip = dict(clip_id=osp.join(osp.dirname(clip_id), name))
    if place.kind == 'video':
        clip['filename'] = path
    elif place.kind == 'still':
        clip.update(
            frame_dir=place.folder, frames=[place.name], img_path=path)
    else:
        names = (listed or {}).get(path)
        clip.update(
            frame_dir=path,
            frames=list_images(path) if names is None else names)
    return clip

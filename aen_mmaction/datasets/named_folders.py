# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Data sets whose labels are written out: FERV39k's lists, AFEW's folders."""
import os.path as osp
from typing import List, Sequence

from .annotations import ClipRecord
from .checks import refuse
from .frame_folders import list_images


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

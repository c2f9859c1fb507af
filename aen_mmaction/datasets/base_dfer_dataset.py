# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import gc
import logging
import os.path as osp
import zlib
from pathlib import Path
from typing import Any, List, Optional, Sequence

import numpy as np
import torch
from mmaction.datasets import BaseActionDataset
from mmengine.logging import print_log

from ..checks import check_option
from ..emotions import Classes, class_names
from .annotations import ClipRecord, load_annotations
from .checks import apply_short_clip, refuse, require_path
from .locating import MEDIA, PREFIX_OF, locate_clips
from .transforms.loading import BadFrameError, bad_video
from .videos import Video, VideoError


class BaseDFERDataset(BaseActionDataset):
    """Clips of faces with one emotion each, as frames or as video files.

    Labels are mapped by name to ``METAINFO['classes']``, the internal order.
    Frames are counted on disk, one listing per clip folder, and sorted
    naturally; those of a video are counted when it is read.

    A sample of the data list is ``dict(clip_id, frame_dir, frames,
    total_frames, label, ann)``: ``clip_id`` as on disk, ``frames`` the file
    names in order, ``ann`` the ``file:line`` for error texts. Of a video it
    is ``dict(clip_id, filename, label, ann)``, to which reading adds the open
    ``video`` and ``total_frames``. In
    training ``rng`` is added, a generator seeded by (seed, epoch, clip), so
    that neither workers nor a resume change what is seen; the epoch comes
    from ``EpochSeedHook`` through shared memory. A clip that a wrapper such
    as ``RepeatDataset`` shows twice in an epoch looks the same both times.

    Args:
        ann_file (str): Annotation list of any form that
            ``load_annotations`` reads, or a tree of clips whose names are the
            labels; relative to ``data_root``. ``''``: the clips' own folder.
        pipeline (Sequence): Transforms.
        data_root (str): Root of the data set.
        data_prefix (dict): ``img`` and ``video``: folders that the clips'
            ids start from, relative to ``data_root``. What is not given is
            as in the official download.
        media (str): ``'frames'`` (folders of images under
            ``data_prefix['img']``) or ``'video'`` (files under
            ``data_prefix['video']``).
        label_base (int, optional): Number of the first class in a list of
            numbers. Defaults to None: to be proved by the list itself.
        class_order (str | Sequence[str], optional): Classes in the order of
            its numbers. Defaults to None: to be proved likewise.
        test_mode (bool): Testing: no ``rng``, and a bad frame is an error.
        short_clip (str): What to do with clips of fewer than ``min_frames``:
            ``'repeat'`` keeps them (the sampling repeats frames), ``'drop'``
            leaves them out, ``'error'`` raises. They are counted, named and
            logged once. For videos the last two open every file at start,
            and ``'repeat'`` logs nothing.
        min_frames (int): In frames. Defaults to 16.
        on_bad_frame (str): ``'error'``, or ``'skip_clip'`` (training only):
            the clip is named in a warning, counted, and not replaced;
            needs ``collate_fn=dict(type='skip_none_collate')``.
        kwargs: See :class:`mmengine.dataset.BaseDataset`.

    Raises:
        FileNotFoundError: Data root, list or clips missing.
        ValueError: Wrong option, bad list, empty clip folder, or short clips
            with ``short_clip='error'``.
    """

    METAINFO: dict = {}  # classes, source_classes, groups
    SOURCE: Optional[str] = None  # the data set's name for load_annotations
    DATA_PREFIX = dict(img='', video='')  # as in the official download
    LAYOUT = ''  # the tree expected under data_root, one path per line

    def __init__(self,
                 ann_file: str,
                 pipeline: Sequence,
                 data_root: str,
                 data_prefix: Optional[dict] = None,
                 media: str = 'frames',
                 label_base: Optional[int] = None,
                 class_order: Optional[Classes] = None,
                 test_mode: bool = False,
                 short_clip: str = 'repeat',
                 min_frames: int = 16,
                 on_bad_frame: str = 'error',
                 **kwargs) -> None:
        check_option('media', media, MEDIA)
        check_option('short_clip', short_clip, ('repeat', 'drop', 'error'))
        check_option('on_bad_frame', on_bad_frame, ('error', 'skip_clip'))
        self.media = media
        self.label_base = label_base
        self.class_order = class_order
        self.short_clip = short_clip
        self.min_frames = min_frames
        self.on_bad_frame = on_bad_frame
        # Written by the main process and read by (persistent) workers, and
        # the other way round for the marks of skipped clips.
        self._seed_epoch = torch.zeros(2, dtype=torch.int64).share_memory_()
        self._skipped = torch.zeros(0, dtype=torch.uint8)
        super().__init__(
            ann_file,
            pipeline=pipeline,
            data_root=data_root,
            data_prefix={**self.DATA_PREFIX, **(data_prefix or {})},
            test_mode=test_mode,
            **kwargs)
        if media != 'video':  # prepared clips are frames
            self._metainfo.update(_faces_of_card(self.clip_root, data_root))

    # ------------------------------------------------------------- loading
    @property
    def clip_root(self) -> str:
        """Folder that the clips' ids start from."""
        return self.data_prefix[PREFIX_OF[self.media]]

    def read_annotations(self) -> List[ClipRecord]:
        """Read ``self.ann_file``."""
        return load_annotations(self.ann_file, self.SOURCE, self.label_base,
                                self.class_order)

    def full_init(self) -> None:
        """Load, without garbage collections: a third of the time."""
        enabled = gc.isenabled()
        gc.disable()  # it would go through all clips again and again
        try:
            super().full_init()
        finally:
            if enabled:
                gc.enable()

    def load_data_list(self) -> List[dict]:
        """Read the list, find the clips, map the labels by name."""
        self.ann_file = self.ann_file or self.clip_root
        for path in (self.data_root, self.ann_file, self.clip_root):
            require_path(path, self.data_root, self.LAYOUT)
        records = self.read_annotations()
        index = {
            name: i
            for i, name in enumerate(class_names(self.metainfo['classes']))
        }
        refuse([r for r in records if r.label not in index],
               f'of other classes than {tuple(index)}', ValueError,
               self.clip_root, self.ann_file)
        clips = locate_clips(self.clip_root, records, self.media,
                             self.ann_file)
        for record, clip in zip(records, clips):
            clip.update(
                label=index[record.label],
                ann=f'{self.ann_file}:{record.line}')
        if self.media == 'frames' or self.short_clip != 'repeat':
            for clip in clips:
                clip['total_frames'] = len(
                    clip.get('frames') or self._open(clip))
            clips = apply_short_clip(clips, self.short_clip, self.min_frames,
                                     self.ann_file)
        self._skipped = torch.zeros(
            len(clips), dtype=torch.uint8).share_memory_()
        return clips

    @staticmethod
    def _open(clip: dict) -> Video:
        """A clip's video file.

        Raises:
            BadFrameError: If it cannot be decoded.
        """
        try:
            return Video(clip['filename'])
        except VideoError as error:
            raise bad_video(clip, error) from error

    # ------------------------------------------------------------- reading
    def set_epoch(self, epoch: int, seed: Optional[int] = None) -> None:
        """Set the epoch (and seed) of the augmentation, in every worker.

        Args:
            epoch (int): 0-based epoch.
            seed (int, optional): The run's seed; kept when not given.
        """
        if seed is not None:
            self._seed_epoch[0] = seed
        self._seed_epoch[1] = epoch
        self._skipped.zero_()

    @property
    def epoch(self) -> int:
        """0-based epoch of the augmentation, as set last."""
        return int(self._seed_epoch[1])

    def clip_rng(self, clip_id: str) -> np.random.Generator:
        """Generator seeded by (seed, epoch, CRC-32 of the clip id)."""
        key = zlib.crc32(clip_id.encode())
        return np.random.default_rng([*self._seed_epoch.tolist(), key])

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline on one clip; in training with its ``rng``."""
        data_info = self.get_data_info(idx)
        if self.media == 'video':
            data_info['video'] = self._open(data_info)
            data_info['total_frames'] = len(data_info['video'])
        if not self.test_mode:
            data_info['rng'] = self.clip_rng(data_info['clip_id'])
        return self.pipeline(data_info)

    def __getitem__(self, idx: int) -> Optional[dict]:
        """The packed sample; None for a clip that is skipped."""
        try:
            return self.prepare_data(idx)
        except BadFrameError as error:
            if self.test_mode or self.on_bad_frame == 'error':
                raise
            self._skipped[idx] = 1
            print_log(  # the epoch, since MMEngine logs a warning once
                f"on_bad_frame='skip_clip': clip skipped in epoch "
                f'{self.epoch + 1}. {error}',
                logger='current',
                level=logging.WARNING)
            return None

    @property
    def skip_marks(self) -> torch.Tensor:
        """uint8 (clips,), 1 for each clip skipped since ``set_epoch``."""
        return self._skipped

    def get_cat_ids(self, idx: int) -> List[int]:
        """The clip's label in a list, as class balancing wrappers want."""
        return [self.get_data_info(idx)['label']]

    def __setstate__(self, state: dict) -> None:
        """Share again what a copy (the Runner copies its config) unshared."""
        self.__dict__.update(state)
        self._seed_epoch.share_memory_()
        self._skipped.share_memory_()

    def _copy_without_annotation(self, memo: Optional[dict] = None):
        """A subset shares its parent's epoch and marks its own skips."""
        other = super()._copy_without_annotation({})
        other._seed_epoch = self._seed_epoch
        other._skipped = torch.zeros_like(self._skipped).share_memory_()
        return other


def _faces_of_card(clip_root: str, data_root: str) -> dict:
    """How clips made by tools/data/prepare.py were cut, for checkpoints.

    The nearest card counts, from the clips' folder up to the one that holds
    ``data_root``.
    """
    from ..faces.card import CARD, card_settings  # it imports from here

    clips, root = (Path(osp.abspath(path)) for path in (clip_root, data_root))
    folders = [clips, *clips.parents]
    last = root.parent if root in folders else clips.parent
    for folder in folders[:folders.index(last) + 1]:
        if (folder / CARD).is_file():
            return dict(faces=card_settings(folder).as_dict())
    return {}

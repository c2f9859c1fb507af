# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import logging
import os.path as osp
import zlib
from typing import Any, List, Optional, Sequence

import numpy as np
import torch
from mmaction.datasets import BaseActionDataset
from mmengine.logging import print_log

from ..checks import check_option
from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, canonical_name, label_map
from .annotations import ClipRecord
from .checks import apply_short_clip, refuse, require_path
from .frame_folders import find_folder, index_folders, list_images
from .transforms.loading import BadFrameError


class BaseDFERDataset(BaseActionDataset):
    """Clips of face frames with one emotion each.

    Labels are mapped by name from ``METAINFO['source_classes']`` (the data
    set's own order) to ``METAINFO['classes']`` (the internal order). Frames
    are counted on disk, one listing per clip folder, and sorted naturally.

    A sample of the data list is ``dict(clip_id, frame_dir, frames,
    total_frames, label, ann)``: ``clip_id`` is the folder's name, ``frames``
    the file names in order, ``ann`` the ``file:line`` for error texts. In
    training ``rng`` is added, a generator seeded by (seed, epoch, clip), so
    that neither workers nor a resume change what is seen; the epoch comes
    from ``EpochSeedHook`` through shared memory. A clip that a wrapper such
    as ``RepeatDataset`` shows twice in an epoch looks the same both times.

    Args:
        ann_file (str): Annotation list, relative to ``data_root``.
        pipeline (Sequence): Transforms.
        data_root (str): Root of the data set.
        data_prefix (dict): ``img``: folder of the clip folders, relative to
            ``data_root``.
        test_mode (bool): Testing: no ``rng``, and a bad frame is an error.
        short_clip (str): What to do with clips of fewer than ``min_frames``:
            ``'repeat'`` keeps them (the sampling repeats frames), ``'drop'``
            leaves them out, ``'error'`` raises. They are counted, named and
            logged once.
        min_frames (int): In frames. Defaults to 16.
        on_bad_frame (str): ``'error'``, or ``'skip_clip'`` (training only):
            the clip is named in a warning, counted, and not replaced;
            needs ``collate_fn=dict(type='skip_none_collate')``.
        kwargs: See :class:`mmengine.dataset.BaseDataset`.

    Raises:
        FileNotFoundError: Data root, list or clip folders missing.
        ValueError: Wrong option, bad list, empty clip folder, or short clips
            with ``short_clip='error'``.
    """

    METAINFO = dict(
        classes=DFEW_CLASSES,
        source_classes=DFEW_CLASSES,
        groups=EKMAN_SENTIMENT)
    LAYOUT = ''  # the tree expected under data_root, one path per line

    def __init__(self,
                 ann_file: str,
                 pipeline: Sequence,
                 data_root: str,
                 data_prefix: dict,
                 test_mode: bool = False,
                 short_clip: str = 'repeat',
                 min_frames: int = 16,
                 on_bad_frame: str = 'error',
                 **kwargs) -> None:
        check_option('short_clip', short_clip, ('repeat', 'drop', 'error'))
        check_option('on_bad_frame', on_bad_frame, ('error', 'skip_clip'))
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
            data_prefix=data_prefix,
            test_mode=test_mode,
            **kwargs)

    # ------------------------------------------------------------- loading
    def read_annotations(self) -> List[ClipRecord]:
        """Read ``self.ann_file``; given by each data set."""
        raise NotImplementedError

    def find_frames(self, records: Sequence[ClipRecord]) -> List[dict]:
        """Locate the frames of each record: one folder per clip.

        Returns:
            list[dict]: ``clip_id, frame_dir, frames`` of each record.
        """
        root = self.data_prefix['img']
        index = index_folders(root)
        folders = [find_folder(index, record.clip_id) for record in records]
        missing = [r for r, folder in zip(records, folders) if folder is None]
        refuse(missing, 'without a folder', FileNotFoundError, root,
               self.ann_file)
        return [
            dict(
                clip_id=folder,
                frame_dir=osp.join(root, folder),
                frames=list_images(osp.join(root, folder)))
            for folder in folders
        ]

    def load_data_list(self) -> List[dict]:
        """Read the list, count the frames, map the labels by name."""
        for path in (self.data_root, self.ann_file, self.data_prefix['img']):
            require_path(path, self.data_root, self.LAYOUT)
        records = self.read_annotations()
        clips = self.find_frames(records)
        empty = [r for r, clip in zip(records, clips) if not clip['frames']]
        refuse(empty, 'with an empty folder (no image)', ValueError,
               self.data_prefix['img'], self.ann_file)
        source = self.metainfo['source_classes']
        index = dict(
            zip(map(canonical_name, source),
                label_map(source, self.metainfo['classes'])))
        for record, clip in zip(records, clips):
            clip.update(
                total_frames=len(clip['frames']),
                label=index[record.label],
                ann=f'{self.ann_file}:{record.line}')
        clips = apply_short_clip(clips, self.short_clip, self.min_frames,
                                 self.ann_file)
        self._skipped = torch.zeros(
            len(clips), dtype=torch.uint8).share_memory_()
        return clips

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


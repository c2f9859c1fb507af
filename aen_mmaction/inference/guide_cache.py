# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Let a guide see every frame of a training set once."""
import zlib
from typing import Iterator, List, Tuple

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch.utils.data import DataLoader

from ..engine.config_options import as_tested, inner_pipeline
from ..models.guides import live_guide
from ..models.guides.frame_cache import FrameCache, file_sha256


@torch.inference_mode()
def build_frame_cache(cfg: Config,
                      device: str = 'cpu',
                      batch_size: int = 128) -> FrameCache:
    """Run a config's guide over all frames of its training split.

    Frames are read and resized as in testing, without augmentation.

    Args:
        cfg (Config): Of a recognizer with a guide.
        device (str): Where to compute. Defaults to 'cpu'.
        batch_size (int): Frames at a time. Defaults to 128.

    Returns:
        FrameCache: Logits (F, K) of all frames.

    Raises:
        ValueError: If the config has no guide, or two clips of its training
            sets have one id.
    """
    if not cfg.model.get('guide'):
        raise ValueError('model.guide: expected a FrameGuide, the config has '
                         'none')
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        guide = MODELS.build(live_guide(cfg.model.guide))
    guide.init_weights()
    guide.to(device)
    scale = MODELS.get('DFERDataPreprocessor').scale
    clips, logits, crcs, row = {}, [], [], 0
    for clip_id, frames in all_frames(cfg):
        if clip_id in clips:
            raise ValueError(
                f'clip {clip_id}: expected each id once in the training data, '
                'found it twice, and a cache knows clips by their ids. Train '
                'these data sets with model.guide.type=FrameGuide')
        clips[clip_id] = (row, len(frames))
        row += len(frames)
        crcs.append(frame_crcs(frames))
        for part in frames.split(batch_size):
            part = scale(part.to(device)).unsqueeze(0)
            logits.append(guide(part)[0].float().cpu().numpy())
    return FrameCache(clips, np.concatenate(logits), np.concatenate(crcs),
                      tuple(guide.classes), file_sha256(guide.checkpoint))


def changed_clips(cfg: Config, cache: FrameCache) -> List[str]:
    """Clips of the training split whose frames are not those of a cache.

    Args:
        cfg (Config): Of the training.
        cache (FrameCache): Made of its training split once.

    Returns:
        list[str]: Clip ids: not in the cache, or with other pixels.
    """
    changed = []
    for clip_id, frames in all_frames(cfg):
        start, num = cache.clips.get(clip_id, (0, 0))
        if not np.array_equal(cache.frame_crcs[start:start + num],
                              frame_crcs(frames)):
            changed.append(clip_id)
    return changed


def all_frames(cfg: Config) -> Iterator[Tuple[str, torch.Tensor]]:
    """All frames of each training clip, as in testing.

    Args:
        cfg (Config): Of the training.

    Yields:
        tuple[str, Tensor]: Clip id, and uint8 (F, 3, S, S).

    Raises:
        ValueError: If joint test data have different pipelines.
    """
    steps = inner_pipeline(cfg.test_dataloader.dataset)
    pipeline = [step for step in steps if 'Sample' not in step.type]
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        dataset = DATASETS.build(
            as_tested(cfg.train_dataloader.dataset, pipeline))
    loader = DataLoader(
        dataset,
        batch_size=None,
        num_workers=cfg.train_dataloader.get('num_workers', 0))
    for item in loader:
        yield item['data_samples'].clip_id, item['inputs']


def frame_crcs(frames: torch.Tensor) -> np.ndarray:
    """CRC-32 of each frame's pixels.

    Args:
        frames (Tensor): uint8 (F, 3, S, S).

    Returns:
        np.ndarray: uint32 (F,).
    """
    pixels = np.ascontiguousarray(frames.numpy())
    return np.array([zlib.crc32(frame) for frame in pixels], np.uint32)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional

import numpy as np
import torch
from mmaction.registry import MODELS
from mmaction.utils import SampleList

from .frame_cache import FrameCache, file_sha256, read_frame_cache
from .frame_guide import FrameGuide


@MODELS.register_module()
class CachedGuide(FrameGuide):
    """The frame guide's logits, read from a file instead of computed.

    What differs from :class:`FrameGuide`: the file holds the logits of whole,
    unflipped frames, the live guide sees what augmentation makes of them.

    Args:
        cache (str): File written by ``tools/cache_guide.py`` with the same
            ``classifier``, ``checkpoint`` and ``classes``.
        **kwargs: As of :class:`FrameGuide`; the checkpoint is still read,
            to compare it with the file's and for
            ``init_backbone_from_guide``.
    """

    def __init__(self, cache: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.cache = cache
        self._frames: Optional[FrameCache] = None

    def init_weights(self) -> None:
        """Load checkpoint and cache.

        Raises:
            FileNotFoundError: If one is missing.
            ValueError: If the cache is damaged, or made with other weights
                or classes.
        """
        super().init_weights()
        frames = read_frame_cache(self.cache)
        found = (frames.checkpoint_sha256, frames.classes)
        expected = (file_sha256(self.checkpoint), tuple(self.classes))
        if found != expected:
            raise ValueError(
                f'{self.cache} was made by another guide: expected weights '
                f'{expected[0][:12]}... ({self.checkpoint}) and classes '
                f'{expected[1]}, found {found[0][:12]}... and {found[1]}. '
                'Make it again:\n    python tools/cache_guide.py CONFIG '
                f'--out {self.cache}')
        self._frames = frames

    def fold(self) -> None:
        """Training computes nothing that could be made faster."""

    def forward(self,
                frames: torch.Tensor,
                data_samples: Optional[SampleList] = None) -> torch.Tensor:
        """Emotion logits of every frame.

        Args:
            frames (Tensor): (N, T, 3, H, W), RGB in [0, 1]; with
                ``data_samples`` only N, T and the device count.
            data_samples (list[ActionDataSample], optional): N, with
                ``clip_id``, ``frame_inds`` (T,) and ``total_frames``.
                Defaults to None: the logits are computed.

        Returns:
            Tensor: frame_logits float32 (N, T, K).

        Raises:
            RuntimeError: If checkpoint and file were never loaded.
            ValueError: If a clip is not in the file, or has another number
                of frames there.
        """
        if data_samples is None:
            return super().forward(frames)
        if self._frames is None:
            raise RuntimeError('the guide has no frames yet: call '
                               'init_weights() of the recognizer first')
        rows = np.concatenate([self._rows(s) for s in data_samples])
        logits = torch.from_numpy(self._frames.logits[rows])
        return logits.to(frames.device).unflatten(0, frames.shape[:2])

    def _rows(self, sample) -> np.ndarray:
        """Rows of the T frames of one clip."""
        start, num_frames = self._frames.clips.get(sample.clip_id, (0, 0))
        if num_frames != sample.total_frames:
            raise ValueError(
                f'clip {sample.clip_id}: expected {sample.total_frames} '
                f'frames in {self.cache}, found {num_frames}. The data are '
                'not those it was made of; make it again:\n    python '
                f'tools/cache_guide.py CONFIG --out {self.cache}')
        return start + np.asarray(sample.frame_inds).reshape(-1)


def live_guide(guide: Dict) -> Dict:
    """Config of the guide that computes what a cached one reads.

    Args:
        guide (dict): Config of any guide.

    Returns:
        dict: Of a ``FrameGuide`` for a ``CachedGuide``, else ``guide``.
    """
    if MODELS.get(guide['type']) is not CachedGuide:
        return guide
    live = {key: value for key, value in guide.items() if key != 'cache'}
    return {**live, 'type': 'FrameGuide'}

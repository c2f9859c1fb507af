# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""From frames to probabilities; what can be kept of a frame is computed once.

=============================== ======================= ====================
model                           kept of a frame         a new window costs
=============================== ======================= ====================
AEN (paper, released),          its tokens I_s, L times its new frames'
Former-DFER, any 2D backbone    (D_l,)                  backbone, and the
with ``LevelSqueeze``                                   clip part
GCA+IAL, 3D backbones           its prepared pixels     the whole model
MMAction2's recognizers         its pixels              the whole model
=============================== ======================= ====================
"""
from typing import Any, Dict, List, Sequence

import numpy as np
import torch
from mmengine.dataset import pseudo_collate

from ..models.recognizers import DFERRecognizer
from .frame_model import FrameScorer, MiniXception
from .frame_pipeline import FramePipeline
from .loading import LoadedModel
from .parts import (ClipScorer, FrameEncoder, Scores, WholeModel, is_separable,
                    prepare_for_inference)


class WindowScorer:
    """Scores windows whole: MMAction2's recognizers.

    Args:
        loaded (LoadedModel): From :func:`load_recognizer`.
        batch_size (int): Frames, and windows, at a time. Defaults to 16.

    Attributes:
        separable (bool): Whether frames are encoded once for all windows.
        pipeline (FramePipeline): Sampling and preparing, as in testing.
        classes (tuple[str]): The K emotions.
        hierarchy (EmotionHierarchy | None): Their groups.
    """

    separable = False

    def __init__(self, loaded: LoadedModel, batch_size: int = 16) -> None:
        self.model = loaded.model
        self.classes = loaded.classes
        self.hierarchy = loaded.hierarchy
        self.pipeline = FramePipeline(loaded.cfg)
        self.batch_size = batch_size
        self.device = next(self.model.parameters()).device

    def encode(self, frames: Sequence[np.ndarray]) -> List[Any]:
        """What is kept of frames.

        Args:
            frames (Sequence[ndarray]): Aligned faces, uint8 (H, W, 3) RGB.

        Returns:
            list: One thing per frame, for :meth:`score`.
        """
        return list(frames)

    def score(self, windows: Sequence[Sequence[Any]]) -> Dict[str, np.ndarray]:
        """Probabilities of windows.

        Args:
            windows (Sequence[Sequence]): N times what :meth:`encode` gave
                for the T sampled frames, in order.

        Returns:
            dict[str, ndarray]: float32 ``pred_score`` (N, K) and, where
            there are groups, ``pred_group_score`` (N, G).
        """
        parts = []
        with torch.inference_mode():
            for i in range(0, len(windows), self.batch_size):
                scores = self._score(windows[i:i + self.batch_size])
                if self.hierarchy and 'pred_group_score' not in scores:
                    scores['pred_group_score'] = self.hierarchy.group_probs(
                        scores['pred_score'])
                parts.append(scores)
        return {
            key: torch.cat([part[key] for part in parts]).cpu().numpy()
            for key in parts[0] if key.startswith('pred_')
        }

    def _score(self, windows: Sequence[Sequence[np.ndarray]]) -> Scores:
        batch = [self.pipeline.prepare(frames) for frames in windows]
        samples = self.model.test_step(pseudo_collate(batch))
        return dict(pred_score=torch.stack([s.pred_score for s in samples]))


class WholeScorer(WindowScorer):
    """Scores windows whole: DFERRecognizers whose frames are entangled."""

    def __init__(self, loaded: LoadedModel, batch_size: int = 16) -> None:
        super().__init__(loaded, batch_size)
        self.whole = WholeModel(self.model)

    def encode(self, frames: Sequence[np.ndarray]) -> List[torch.Tensor]:
        """Prepared pixels, uint8 (3, H, W) of each frame."""
        return list(self._pixels(frames))

    def _pixels(self, frames: Sequence[np.ndarray]) -> torch.Tensor:
        return self.pipeline.prepare(frames)['inputs'].to(self.device)

    def _score(self, windows: Sequence[Sequence[torch.Tensor]]) -> Scores:
        return self.whole(torch.stack([torch.stack(w) for w in windows]))


class CachedScorer(WholeScorer):
    """Encodes each frame once, whatever number of windows hold it.

    Args:
        loaded (LoadedModel): A separable model, see :func:`is_separable`.
        batch_size (int): Frames, and windows, at a time. Defaults to 16.
        clip_dtype (torch.dtype): Of the clip part's weights. At one window a
            time it is bound by reading them; bfloat16 halves that and
            changes probabilities in the third digit. Defaults to float32.
    """

    separable = True

    def __init__(self,
                 loaded: LoadedModel,
                 batch_size: int = 16,
                 clip_dtype: torch.dtype = torch.float32) -> None:
        super().__init__(loaded, batch_size)
        self.frame_encoder = FrameEncoder(self.model)
        self.clip_scorer = ClipScorer(self.model).to(clip_dtype)

    def encode(self, frames: Sequence[np.ndarray]) -> List[tuple]:
        """Tokens, L times (D_l,) of each frame."""
        states = []
        with torch.inference_mode():
            for i in range(0, len(frames), self.batch_size):
                pixels = self._pixels(frames[i:i + self.batch_size])
                states.extend(zip(*self.frame_encoder(pixels)))
        return states

    def _score(self, windows: Sequence[Sequence[tuple]]) -> Scores:
        levels = [  # N windows, T frames, L levels -> L x (N, T, D_l)
            torch.stack([torch.stack(level) for level in clips])
            for clips in zip(*[zip(*window) for window in windows])
        ]
        return self.clip_scorer(*levels)


def build_scorer(loaded: LoadedModel,
                 batch_size: int = 16,
                 clip_dtype: torch.dtype = torch.float32) -> WindowScorer:
    """The cheapest scorer that a model allows.

    Args:
        loaded (LoadedModel): The model is changed in place (see
            :func:`prepare_for_inference`); do not train it afterwards.
        batch_size (int): Frames, and windows, at a time. Defaults to 16.
        clip_dtype (torch.dtype): See :class:`CachedScorer`. Defaults to
            float32.

    Returns:
        WindowScorer: Its ``separable`` says whether frames are kept encoded.

    Raises:
        ValueError: If another ``clip_dtype`` is wanted of a model that has
            no clip part of its own.
    """
    if isinstance(loaded.model, MiniXception):
        return FrameScorer(loaded)
    separable = is_separable(loaded.model)
    if clip_dtype != torch.float32 and not separable:
        raise ValueError(
            f'clip_dtype={clip_dtype}: this model cannot be divided into a '
            'frame part and a clip part; leave clip_dtype at float32')
    if not isinstance(loaded.model, DFERRecognizer):
        return WindowScorer(loaded, batch_size)
    prepare_for_inference(loaded.model)
    if not separable:
        return WholeScorer(loaded, batch_size)
    return CachedScorer(loaded, batch_size, clip_dtype)

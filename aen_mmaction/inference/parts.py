# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A recognizer in two parts: each frame by itself, then the clip.

::

    frames (B, 3, H, W) uint8 -> FrameEncoder -> L x (B, D_l) frame tokens
    T tokens a level, L x (N, T, D_l) -> ClipScorer -> pred_score (N, K), ...
"""
from copy import deepcopy
from typing import Dict, Tuple

import torch
from torch import nn

from ..models.arithmetic import fold_batch_norms
from ..models.necks import ClipTransformer
from ..models.recognizers import DFERRecognizer
from ..models.recognizers.stage_maps import stage_maps
from ..models.structures import AffectiveLogits, ClipFeatures

Scores = Dict[str, torch.Tensor]


class FrameEncoder(nn.Module):
    """Backbone and squeeze: what is known of a frame without its clip.

    Args:
        model (DFERRecognizer): A 2D one, in eval mode.
    """

    def __init__(self, model: DFERRecognizer) -> None:
        super().__init__()
        self.scale = model.data_preprocessor.scale
        self.backbone_norm = model.backbone_norm
        self.backbone = model.backbone
        self.neck = model.neck

    def forward(self, frames: torch.Tensor) -> Tuple[torch.Tensor, ...]:
        """Tokens of frames.

        Args:
            frames (Tensor): uint8 (B, 3, H, W), RGB.

        Returns:
            tuple[Tensor]: L times I_s, (B, D_l).
        """
        clip = self.backbone_norm(self.scale(frames).unsqueeze(0))
        maps = stage_maps(self.backbone, clip, is_3d=False)
        return tuple(level[0] for level in self.neck(maps, 1))


class ClipScorer(nn.Module):
    """Temporal neck and head: what T frames say together.

    Args:
        model (DFERRecognizer): In eval mode.
    """

    def __init__(self, model: DFERRecognizer) -> None:
        super().__init__()
        self.temporal = model.temporal
        self.cls_head = model.cls_head

    def forward(self, *tokens: torch.Tensor) -> Scores:
        """Probabilities of clips.

        Args:
            *tokens (Tensor): L times I_s, (N, T, D_l).

        Returns:
            dict[str, Tensor]: ``pred_score`` (N, K) and, of AEN,
            ``pred_group_score`` (N, G); the logits they are made of, by
            their names in :class:`AffectiveLogits`, or ``cls_score`` (N, K).
        """
        weights = next(self.temporal.parameters(), None)
        if weights is not None:  # bfloat16, where the caller made it so
            tokens = [level.to(weights.dtype) for level in tokens]
        return _outputs(
            self.cls_head,
            ClipFeatures(list(tokens), self.temporal(list(tokens))))


class WholeModel(nn.Module):
    """Clips to probabilities, for models of any kind.

    Args:
        model (DFERRecognizer): In eval mode.
    """

    def __init__(self, model: DFERRecognizer) -> None:
        super().__init__()
        self.model = model

    def forward(self, clips: torch.Tensor) -> Scores:
        """Probabilities of clips.

        Args:
            clips (Tensor): uint8 (N, T, 3, H, W), RGB.

        Returns:
            dict[str, Tensor]: As :class:`ClipScorer`.
        """
        feats, _ = self.model.extract_feat(
            self.model.data_preprocessor.scale(clips))
        return _outputs(self.model.cls_head, feats)


def _outputs(head: nn.Module, feats: ClipFeatures) -> Scores:
    """Probabilities and logits, by name."""
    logits = head(feats)
    named = (logits._asdict() if isinstance(logits, AffectiveLogits) else
             dict(cls_score=logits))
    return {**head.scores(logits), **named}


@torch.no_grad()
def is_separable(model: nn.Module) -> bool:
    """Whether a frame's tokens are the same whatever its neighbours are.

    Tried out rather than looked up: one frame of a clip of noise is replaced,
    and nothing but its own tokens may change. So it is for AEN, paper and
    released, Former-DFER and any 2D backbone with ``LevelSqueeze``; not for
    GCA+IAL, whose attention averages over the clip and whose fusion takes
    differences of frames, for 3D backbones or for shifts along time.

    Args:
        model (nn.Module): In eval mode.

    Returns:
        bool: Always False for a model that is no DFERRecognizer.
    """
    if not isinstance(model, DFERRecognizer) or model.is_3d:
        return False
    clip = _noise(model)
    num_frames, middle = len(clip), len(clip) // 2
    other = clip.clone()
    other[middle] = 255 - clip[middle]
    encoder = FrameEncoder(model)
    others = torch.arange(num_frames, device=clip.device) != middle
    for before, after in zip(encoder(clip), encoder(other)):
        if len(before) != num_frames or not torch.allclose(
                before[others], after[others], rtol=1e-4, atol=1e-5):
            return False
    return True


@torch.no_grad()
def prepare_for_inference(model: DFERRecognizer) -> None:
    """Let a model compute the same with less work; not for training.

    Batch norms are folded into the convolutions before them, and temporal
    transformers refine [CLS] alone in their last block. A backbone that
    cannot be folded (its maps would change) stays as it is.

    Args:
        model (DFERRecognizer): In eval mode; changed in place.
    """
    for part in model.temporal.modules():
        if isinstance(part, ClipTransformer):
            part.lean = part.cls_token is not None
    noise = _noise(model).unsqueeze(0).float() / 255
    unfolded = deepcopy(model.backbone)
    try:
        fold_batch_norms(model.backbone, lambda: model.stage_maps(noise))
    except ValueError:
        model.backbone = unfolded


def _noise(model: DFERRecognizer) -> torch.Tensor:
    """A clip of noise, uint8 (T, 3, H, W), always the same."""
    preprocessor = model.data_preprocessor
    shape = (preprocessor.num_frames, 3, *[preprocessor.img_size] * 2)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(
        0, 256, shape, generator=generator, dtype=torch.uint8)
    return noise.to(next(model.parameters()).device)

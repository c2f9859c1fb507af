# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the parts of a recognizer hand to each other."""
from typing import List, NamedTuple

import torch


class ClipFeatures(NamedTuple):
    """Features of a batch at L semantic levels, low to high.

    Attributes:
        frame_feats (list[Tensor]): L times I_s, (N, T, D_l).
        clip_feats (list[Tensor]): L times V_s, (N, D_l).
    """
    frame_feats: List[torch.Tensor]
    clip_feats: List[torch.Tensor]


class AffectiveLogits(NamedTuple):
    """Logits of AEN's three classifiers.

    Attributes:
        global_logits (Tensor): (N, K), from V_2.
        group_logits (Tensor): (N, G), local classifier on F_1.
        emotion_logits (Tensor): (N, K), local classifier on F_2.
    """
    global_logits: torch.Tensor
    group_logits: torch.Tensor
    emotion_logits: torch.Tensor

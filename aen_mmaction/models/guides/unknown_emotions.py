# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Frame logits for emotions that the guide was never trained on."""
import math
from typing import Sequence

import torch

from aen_mmaction.emotions import EmotionHierarchy


def share_groups(logits: torch.Tensor, known: Sequence[str],
                 hierarchy: EmotionHierarchy) -> torch.Tensor:
    r"""Give unknown emotions an equal share of their group's probability.

    With p_k the softmax over the known emotions, and a group of m emotions
    of which n are known, of the probability P = sum of its known p_k: a known
    emotion gets ``n / m * p_k``, an unknown one ``P / m``. The groups keep
    their probabilities.

    Args:
        logits (Tensor): (..., K'), of the known emotions.
        known (Sequence[str]): Their names, some of the hierarchy's.
        hierarchy (EmotionHierarchy): All K emotions and their groups.

    Returns:
        Tensor: (..., K), logarithms of the probabilities.

    Raises:
        ValueError: If no emotion of a group is known.

    Source: ours; the paper has only emotions that its guide knows.
    """
    log_probs = logits.log_softmax(-1)
    index = {name: i for i, name in enumerate(known)}
    out = {}
    for group, members in hierarchy.groups.items():
        inside = [name for name in members if name in index]
        if not inside:
            raise ValueError(
                f'the guide knows no emotion of the group {group!r} '
                f'{members}: expected one at least among {tuple(known)}')
        parts = log_probs[..., [index[name] for name in inside]]
        shared = parts.logsumexp(-1) - math.log(len(members))
        scale = math.log(len(inside) / len(members))
        for name in members:
            out[name] = (
                log_probs[..., index[name]] +
                scale if name in index else shared)
    return torch.stack([out[name] for name in hierarchy.classes], dim=-1)

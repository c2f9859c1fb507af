# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Intensity-aware loss L_IAL, of GCA+IAL."""
import math

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import nn

from .checks import check_labels, check_shape


def intensity_aware(logits: torch.Tensor,
                    labels: torch.Tensor) -> torch.Tensor:
    r"""Tell the true class from its strongest rival.

    .. math::
        L_{IAL} = -\log\frac{e^{z_y}}{e^{z_y} + e^{z_m}}
                = \log(1 + e^{z_m - z_y}), \qquad
        m = \arg\max_{j \ne y} z_j

    With two classes this is the cross entropy.

    Args:
        logits (Tensor): ``(N, K)``, K at least 2.
        labels (Tensor): ``(N,)`` integer emotions, 0..K-1.

    Returns:
        Tensor: float32 scalar, mean over the clips.

    Raises:
        ValueError: If shapes or labels do not fit, or K is below 2.
        TypeError: If the labels are not integers.

    Source: Li et al., "Intensity-Aware Loss for Dynamic Facial Expression
    Recognition in the Wild", AAAI 2023.
    """
    check_shape('logits', logits, N=None, K=None)
    num_clips, num_classes = logits.shape
    if num_classes < 2:
        raise ValueError('logits: expected at least 2 classes, got '
                         f'{num_classes}')
    check_labels(labels, num_clips, num_classes)
    own = labels.long().unsqueeze(-1)  # (N, 1)
    scores = logits.float()
    rival = scores.scatter(-1, own, -math.inf).max(-1).values  # z_m
    return F.softplus(rival - scores.gather(-1, own).squeeze(-1)).mean()


@MODELS.register_module()
class IntensityAwareLoss(nn.Module):
    """L_IAL as a module; see :func:`intensity_aware`.

    It is meant to be added to the cross entropy, in any head.

    Args:
        loss_weight (float): Factor of the loss. Defaults to 0.1, as in the
            released code (whose comment says 0.5).
    """

    def __init__(self, loss_weight: float = 0.1) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, cls_score: torch.Tensor, labels: torch.Tensor,
                **kwargs) -> torch.Tensor:
        """Weighted loss of a batch, a float32 scalar.

        Args:
            cls_score (Tensor): (N, K) logits.
            labels (Tensor): (N,) integer emotions.
        """
        return self.loss_weight * intensity_aware(cls_score, labels)

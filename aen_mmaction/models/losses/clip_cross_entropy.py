# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Cross entropy of clips, with class weights and soft labels."""
from typing import Optional, Sequence, Union

import torch
from mmaction.registry import MODELS
from torch import nn

from .checks import check_shape, soft_target
from .class_weights import ClassWeights


def clip_weights(target: torch.Tensor,
                 class_weights: Optional[torch.Tensor]) -> torch.Tensor:
    r"""Weight of each clip, :math:`w_n = \sum_k q_{nk} w_k`.

    Args:
        target (Tensor): ``(N, K)``, q.
        class_weights (Tensor, optional): ``(K,)``; None: all 1.

    Returns:
        Tensor: ``(N,)``.

    Raises:
        ValueError: If there are not K weights.
    """
    if class_weights is None:
        return target.new_ones(len(target))
    check_shape('class_weights', class_weights, K=target.shape[-1])
    return target @ class_weights.to(target)


def clip_cross_entropy(
        logits: torch.Tensor,
        labels: torch.Tensor,
        class_weights: Optional[torch.Tensor] = None) -> torch.Tensor:
    r"""Cross entropy of each clip's prediction.

    .. math::
        L = -\frac{1}{N} \sum_n w_n \sum_k q_{nk} \log \rho(z_n)_k, \qquad
        w_n = \sum_k q_{nk} w_k

    with q the one-hot label, or a soft one. Divided by N, not by the sum of
    the weights, so that several processes together take the step of one.

    Args:
        logits (Tensor): ``(N, K)``, z.
        labels (Tensor): ``(N,)`` integer emotions, 0..K-1; or soft ones,
            floats ``(N, K)`` whose rows sum to 1.
        class_weights (Tensor, optional): ``(K,)``, w. Defaults to None: 1.

    Returns:
        Tensor: float32 scalar, mean over the clips.

    Raises:
        ValueError: If shapes or labels do not fit.
        TypeError: If labels (N,) are not integers.
    """
    check_shape('logits', logits, N=None, K=None)
    target = soft_target(labels, *logits.shape)
    per_clip = -(target * logits.float().log_softmax(-1)).sum(-1)
    return (clip_weights(target, class_weights) * per_clip).mean()


@MODELS.register_module()
class ClipCrossEntropyLoss(nn.Module):
    """The cross entropy as a module; see :func:`clip_cross_entropy`.

    Args:
        class_weights (str | Sequence[float], optional): ``'inverse'``,
            ``'effective'`` or K numbers; see :class:`ClassWeights`. Defaults
            to None.
        loss_weight (float): Factor of the loss. Defaults to 1.
    """

    takes_soft_labels = True

    def __init__(self,
                 class_weights: Union[str, Sequence[float], None] = None,
                 loss_weight: float = 1.) -> None:
        super().__init__()
        self.class_weights = ClassWeights(class_weights)
        self.loss_weight = loss_weight

    def forward(self, cls_score: torch.Tensor,
                labels: torch.Tensor) -> torch.Tensor:
        """Weighted loss of a batch, a float32 scalar; arguments as there."""
        return self.loss_weight * clip_cross_entropy(cls_score, labels,
                                                     self.class_weights())

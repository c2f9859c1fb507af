# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Global affectivity loss L_ga, AEN Eq. 5."""
from typing import Sequence, Tuple

import torch
from mmaction.registry import MODELS
from torch import nn

from aen_mmaction.checks import check_option
from aen_mmaction.emotions import EmotionHierarchy

from .checks import check_level_weights, check_local_logits, check_shape

_TARGETS = ('mean', 'softmax_sum', 'softmax_mean', 'softmax_sum_logit')


def affectivity_targets(
        frame_logits: torch.Tensor,
        hierarchy: EmotionHierarchy,
        target: str = 'mean',
        group_target: str = 'sum') -> Tuple[torch.Tensor, torch.Tensor]:
    """The guide's view of a whole clip, for both affective levels.

    Args:
        frame_logits (Tensor): ``(N, T, K)``, logits of the guide.
        hierarchy (EmotionHierarchy): K emotions in G groups.
        target (str): How T frames become one clip, p the probabilities:
            'mean' of p; 'softmax_sum', softmax of the sum of p (Eq. 5 as
            printed: sharper the longer the clip); 'softmax_mean', softmax of
            the mean of p (near uniform); 'softmax_sum_logit', softmax of the
            sum of the logits (released code).
        group_target (str): 'sum', scores are summed within each group first,
            then the softmax, if any, is applied (Eq. 5); 'released', mean
            over each group of the emotion target (does not sum to 1).

    Returns:
        tuple[Tensor, Tensor]: float32 group targets ``(N, G)`` and emotion
        targets ``(N, K)``.
    """
    check_option('target', target, _TARGETS)
    check_option('group_target', group_target, ('sum', 'released'))
    logits = frame_logits.float()
    scores = logits if target == 'softmax_sum_logit' else logits.softmax(-1)
    pooled = scores.mean(1) if target.endswith('mean') else scores.sum(1)
    squash = target != 'mean'
    emotion = pooled.softmax(-1) if squash else pooled
    if group_target == 'released':
        sizes = torch.bincount(
            hierarchy.group_of, minlength=hierarchy.num_groups)
        return hierarchy.group_probs(emotion) / sizes.to(emotion.device), (
            emotion)
    group = hierarchy.group_probs(pooled)
    return group.softmax(-1) if squash else group, emotion


def global_affectivity(group_logits: torch.Tensor,
                       emotion_logits: torch.Tensor,
                       frame_logits: torch.Tensor,
                       hierarchy: EmotionHierarchy,
                       level_weights: Sequence[float] = (1.4, 0.6),
                       target: str = 'mean',
                       reduction: str = 'sum',
                       group_target: str = 'sum') -> torch.Tensor:
    r"""Pull the local heads to what the guide sees over the whole clip.

    .. math::
        L_{ga} = \sum_{a=1,2} \beta_a\, \| \sigma(P^a_L) - S^a \|_2^2

    with :math:`\sigma` the sigmoid of the local head's logits and S the
    guide's clip target, see :func:`affectivity_targets`.

    Args:
        group_logits (Tensor): ``(N, G)``, local head of a = 1.
        emotion_logits (Tensor): ``(N, K)``, local head of a = 2.
        frame_logits (Tensor): ``(N, T, K)``, logits of the guide.
        hierarchy (EmotionHierarchy): K emotions in G groups.
        level_weights (Sequence[float]): beta of a = 1, 2. Defaults to (1.4,
            0.6).
        target (str): 'mean', 'softmax_sum', 'softmax_mean' or
            'softmax_sum_logit'.
        reduction (str): Over the classes: 'sum' or 'mean' of the squared
            differences, or 'l1_mean', mean of the absolute ones (released).
        group_target (str): 'sum' or 'released'.

    Returns:
        Tensor: float32 scalar, mean over the clips.

    Raises:
        ValueError: If shapes or options do not fit.

    Source: AEN Eq. 5. *Deviation*: the plain mean over frames by default, as
    the text says; Eq. 5 prints the softmax of the sum.
    """
    check_option('reduction', reduction, ('sum', 'mean', 'l1_mean'))
    check_local_logits(group_logits, emotion_logits, hierarchy)
    check_shape('frame_logits', frame_logits, N=len(emotion_logits), T=None,
                K=hierarchy.num_classes)
    targets = affectivity_targets(frame_logits, hierarchy, target,
                                  group_target)
    check_level_weights(level_weights)
    total = targets[0].new_zeros(())
    for beta, logits, wanted in zip(level_weights,
                                    (group_logits, emotion_logits), targets):
        gap = logits.float().sigmoid() - wanted  # (N, G) or (N, K)
        gap = gap.abs() if reduction == 'l1_mean' else gap.square()
        per_clip = gap.sum(-1) if reduction == 'sum' else gap.mean(-1)
        total = total + beta * per_clip.mean()
    return total


@MODELS.register_module()
class GlobalAffectivityLoss(nn.Module):
    """L_ga as a module; see :func:`global_affectivity`.

    Args:
        level_weights (Sequence[float]): beta of the group and of the emotion
            level. Defaults to (1.4, 0.6).
        target (str): 'mean', 'softmax_sum', 'softmax_mean' or
            'softmax_sum_logit'.
        reduction (str): 'sum', 'mean' or 'l1_mean'.
        group_target (str): 'sum' or 'released'.
        loss_weight (float): lambda_2 of Eq. 6. Defaults to 0.5.
    """

    def __init__(self,
                 level_weights: Sequence[float] = (1.4, 0.6),
                 target: str = 'mean',
                 reduction: str = 'sum',
                 group_target: str = 'sum',
                 loss_weight: float = 0.5) -> None:
        super().__init__()
        self.options = dict(
            level_weights=level_weights,
            target=target,
            reduction=reduction,
            group_target=group_target)
        self.loss_weight = loss_weight

    def forward(self, group_logits: torch.Tensor,
                emotion_logits: torch.Tensor, frame_logits: torch.Tensor,
                hierarchy: EmotionHierarchy) -> torch.Tensor:
        """Weighted loss of a batch, a float32 scalar; arguments as there."""
        return self.loss_weight * global_affectivity(
            group_logits, emotion_logits, frame_logits, hierarchy,
            **self.options)

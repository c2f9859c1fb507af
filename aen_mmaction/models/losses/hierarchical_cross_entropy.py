# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Hierarchical classification loss L_mc, AEN Eq. 2 and 3."""
import math
from typing import Optional, Sequence, Union

import torch
from mmaction.registry import MODELS
from torch import nn

from aen_mmaction.checks import check_option
from aen_mmaction.emotions import EmotionHierarchy

from .checks import (check_level_weights, check_local_logits, check_shape,
                     soft_target)
from .class_weights import ClassWeights
from .clip_cross_entropy import clip_weights


def _check_alpha(alpha: float) -> None:
    if not 0 <= alpha <= 1:
        raise ValueError(f'alpha: expected a share in 0..1, got {alpha}')


def mixed_probabilities(
        local_logits: torch.Tensor,
        global_logits: torch.Tensor,
        alpha: float = 0.7,
        hierarchy: Optional[EmotionHierarchy] = None) -> torch.Tensor:
    r"""Output probabilities of one affective level, P_O of Eq. 3.

    .. math::
        P_O = \alpha\, \rho(P_L) + (1 - \alpha)\, \rho(P_G)

    Args:
        local_logits (Tensor): ``(N, K)`` of the emotion head, or ``(N, G)``
            of the group head.
        global_logits (Tensor): ``(N, K)`` of the global head.
        alpha (float): Share of the local head, 0..1. Defaults to 0.7.
        hierarchy (EmotionHierarchy, optional): Given for the group level: the
            global head's probabilities are summed over each group's emotions.

    Returns:
        Tensor: float32, the shape of ``local_logits``; each row sums to 1.

    Raises:
        ValueError: If the two heads' shapes do not fit, or alpha is outside
            0..1.

    Source: AEN Eq. 3 and section 4 (alpha = 0.7).
    """
    _check_alpha(alpha)
    global_probs = global_logits.float().softmax(-1)
    if hierarchy is not None:
        global_probs = hierarchy.group_probs(global_probs)
    num_clips, width = global_probs.shape
    check_shape('local_logits', local_logits, N=num_clips, classes=width)
    local_probs = local_logits.float().softmax(-1)
    return alpha * local_probs + (1 - alpha) * global_probs


def group_log_probs(log_probs: torch.Tensor,
                    hierarchy: EmotionHierarchy,
                    group_score: str = 'sum') -> torch.Tensor:
    """Log-score of each group from log-probabilities of the emotions.

    Args:
        log_probs (Tensor): ``(..., K)``.
        hierarchy (EmotionHierarchy): K emotions in G groups.
        group_score (str): 'sum', log of the summed probabilities (Eq. 3, a
            distribution); 'mean_of_logs', mean of the log-probabilities (the
            released training code; not a distribution: it sums to below 1).

    Returns:
        Tensor: ``(..., G)``.
    """
    check_option('group_score', group_score, ('sum', 'mean_of_logs'))
    groups = torch.arange(hierarchy.num_groups).unsqueeze(-1)
    member = (hierarchy.group_of == groups).to(log_probs.device)  # (G, K)
    spread = log_probs.unsqueeze(-2)  # (..., 1, K)
    if group_score == 'sum':
        return spread.masked_fill(~member, -math.inf).logsumexp(-1)
    return spread.masked_fill(~member, 0).sum(-1) / member.sum(-1)


def _level_loss(local: torch.Tensor, glob: torch.Tensor, target: torch.Tensor,
                alpha: float, mode: str) -> torch.Tensor:
    """Loss of each clip (N,) at one level.

    ``local`` and ``glob`` are the heads' log-probabilities, ``target`` the
    distribution wanted, all (N, K) or (N, G).
    """
    if mode == 'mix_of_logs':
        return -(target * (alpha * local + (1 - alpha) * glob)).sum(-1)
    log_share = [math.log(s) if s else -math.inf for s in (alpha, 1 - alpha)]
    log_mix = torch.logaddexp(log_share[0] + local, log_share[1] + glob)
    score = log_mix if mode == 'log_of_mix' else log_mix.exp()
    return -(target * score).sum(-1)


def hierarchical_cross_entropy(group_logits: torch.Tensor,
                               emotion_logits: torch.Tensor,
                               global_logits: torch.Tensor,
                               labels: torch.Tensor,
                               hierarchy: EmotionHierarchy,
                               alpha: float = 0.7,
                               mode: str = 'log_of_mix',
                               level_weights: Sequence[float] = (1., 1.),
                               group_score: str = 'sum',
                               class_weights: Optional[torch.Tensor] = None
                               ) -> torch.Tensor:
    r"""Cross entropy of the mixed prediction, at both affective levels.

    .. math::
        L_{mc} = -\sum_{a=1,2} w_a \log P^a_{O}[y_a], \qquad
        P^a_O = \alpha\, \rho(P^a_L) + (1 - \alpha)\, \rho(P^a_G)

    with y_2 the emotion, y_1 its group, and the global head's group
    probability the sum over the group's emotions. A soft label q stands for
    :math:`-\sum_k q_k \log P_{O,k}`, its groups are summed likewise; class
    weights multiply a clip's loss by :math:`\sum_k q_k w_k`.

    Args:
        group_logits (Tensor): ``(N, G)``, local head of a = 1.
        emotion_logits (Tensor): ``(N, K)``, local head of a = 2.
        global_logits (Tensor): ``(N, K)``, global head.
        labels (Tensor): ``(N,)`` integer emotions, 0..K-1; or soft ones,
            floats ``(N, K)`` whose rows sum to 1.
        hierarchy (EmotionHierarchy): K emotions in G groups.
        alpha (float): Share of the local heads, 0..1. Defaults to 0.7.
        mode (str): 'log_of_mix' as above; 'mix_of_logs', alpha and 1 - alpha
            weight the heads' cross entropies (released code); 'literal', Eq.
            2 as printed, minus the probability itself, without the log.
        level_weights (Sequence[float]): Weights w of a = 1, 2. Defaults to
            (1, 1); the released code has (0.6, 1.4).
        group_score (str): Group score of the global head, see
            :func:`group_log_probs`.
        class_weights (Tensor, optional): ``(K,)``, w. Defaults to None: 1.

    Returns:
        Tensor: float32 scalar, mean over the clips.

    Raises:
        ValueError: If shapes, labels or options do not fit.
        TypeError: If labels (N,) are not integers.

    Source: AEN Eq. 2, 3. *Deviation*: Eq. 2 prints no log, the text calls it
    the cross entropy.
    """
    check_option('mode', mode, ('log_of_mix', 'mix_of_logs', 'literal'))
    _check_alpha(alpha)
    check_local_logits(group_logits, emotion_logits, hierarchy)
    check_shape('global_logits', global_logits, N=len(emotion_logits),
                K=hierarchy.num_classes)
    target = soft_target(labels, *emotion_logits.shape)
    group, emotion, glob = (
        x.float().log_softmax(-1)
        for x in (group_logits, emotion_logits, global_logits))
    glob_group = group_log_probs(glob, hierarchy, group_score)
    check_level_weights(level_weights)
    group_weight, emotion_weight = level_weights
    per_clip = group_weight * _level_loss(
        group, glob_group, hierarchy.group_probs(target), alpha, mode)
    per_clip += emotion_weight * _level_loss(emotion, glob, target, alpha,
                                             mode)
    return (clip_weights(target, class_weights) * per_clip).mean()


@MODELS.register_module()
class HierarchicalCrossEntropyLoss(nn.Module):
    """L_mc as a module; see :func:`hierarchical_cross_entropy`.

    Args:
        alpha (float): Share of the local heads, 0..1. Defaults to 0.7.
        mode (str): 'log_of_mix', 'mix_of_logs' or 'literal'.
        level_weights (Sequence[float]): Weights of the group and of the
            emotion level. Defaults to (1, 1).
        group_score (str): 'sum' or 'mean_of_logs'.
        class_weights (str | Sequence[float], optional): ``'inverse'``,
            ``'effective'`` or K numbers; see :class:`ClassWeights`. Defaults
            to None.
        loss_weight (float): Factor of the loss. Defaults to 1.
    """

    takes_soft_labels = True

    def __init__(self,
                 alpha: float = 0.7,
                 mode: str = 'log_of_mix',
                 level_weights: Sequence[float] = (1., 1.),
                 group_score: str = 'sum',
                 class_weights: Union[str, Sequence[float], None] = None,
                 loss_weight: float = 1.) -> None:
        super().__init__()
        self.options = dict(
            alpha=alpha,
            mode=mode,
            level_weights=level_weights,
            group_score=group_score)
        self.class_weights = ClassWeights(class_weights)
        self.loss_weight = loss_weight

    def forward(self, group_logits: torch.Tensor,
                emotion_logits: torch.Tensor, global_logits: torch.Tensor,
                labels: torch.Tensor,
                hierarchy: EmotionHierarchy) -> torch.Tensor:
        """Weighted loss of a batch, a float32 scalar; arguments as there."""
        return self.loss_weight * hierarchical_cross_entropy(
            group_logits, emotion_logits, global_logits, labels, hierarchy,
            class_weights=self.class_weights(), **self.options)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Temporal affectivity loss L_ta, AEN Eq. 4."""
from typing import Sequence

import torch
from mmaction.registry import MODELS
from torch import nn

from aen_mmaction.checks import check_option

from .checks import check_labels, check_shape


def frame_weights(frame_logits: torch.Tensor,
                  labels: torch.Tensor,
                  normalize: bool = False,
                  score: str = 'prob') -> torch.Tensor:
    """How much each frame shows the clip's emotion, S_2 Y of Eq. 4.

    Args:
        frame_logits (Tensor): ``(N, T, K)``, logits of the guide.
        labels (Tensor): ``(N,)`` integer emotions, 0..K-1.
        normalize (bool): Let the weights of a clip sum to 1.
        score (str): 'prob', the guide's probability of the clip's emotion;
            'logit', its raw logit, of any sign (released code).

    Returns:
        Tensor: float32 ``(N, T)``.

    Raises:
        ValueError: If raw logits are to be normalised (they may sum to 0).
    """
    check_option('score', score, ('prob', 'logit'))
    if normalize and score == 'logit':
        raise ValueError("normalize=True needs score='prob': raw logits have "
                         'any sign and may sum to 0')
    logits = frame_logits.float()
    if score == 'prob':
        logits = logits.log_softmax(-1)
    picked = logits[torch.arange(len(labels)), :, labels.long()]  # (N, T)
    if score == 'logit':
        return picked
    # p_t / sum_t p_t is the softmax over t of log p_t: safe for tiny p
    return picked.softmax(-1) if normalize else picked.exp()


def temporal_affectivity(clip_feats: Sequence[torch.Tensor],
                         frame_feats: Sequence[torch.Tensor],
                         frame_logits: torch.Tensor,
                         labels: torch.Tensor,
                         reduction: str = 'mean',
                         normalize: bool = False,
                         detach: bool = True,
                         score: str = 'prob') -> torch.Tensor:
    r"""Pull each level's clip feature to its affect-weighted frame features.

    .. math::
        L_{ta} = \sum_s \big\| V_s - \sum_t w_t I_{s,t} \big\|_1

    with :math:`w_t` the guide's probability of the clip's emotion in frame t.

    Args:
        clip_feats (Sequence[Tensor]): L times ``(N, D_l)``, V_s.
        frame_feats (Sequence[Tensor]): L times ``(N, T, D_l)``, I_s.
        frame_logits (Tensor): ``(N, T, K)``, logits of the guide.
        labels (Tensor): ``(N,)`` integer emotions, 0..K-1.
        reduction (str): Over the D_l channels: 'mean'; 'sum', the printed
            norm (makes training collapse); 'released', 3 / D_l times the
            mean (almost nothing).
        normalize (bool): Let the weights of a clip sum to 1; otherwise the
            target grows with T. Defaults to False, as printed.
        detach (bool): Keep the gradient out of the target, so that only V_s
            is pulled. Defaults to True.
        score (str): 'prob' or 'logit', see :func:`frame_weights`.

    Returns:
        Tensor: float32 scalar, sum over levels, mean over the clips.

    Raises:
        ValueError: If shapes, labels or options do not fit.
        TypeError: If the labels are not integers.

    Source: AEN Eq. 4. *Deviation*: mean, not sum, over channels and a
    detached target by default; with the printed sum training collapses.
    """
    check_option('reduction', reduction, ('mean', 'sum', 'released'))
    if not clip_feats or len(clip_feats) != len(frame_feats):
        raise ValueError(
            'clip_feats and frame_feats: expected one tensor each for every '
            f'level, got {len(clip_feats)} and {len(frame_feats)}')
    check_shape('frame_logits', frame_logits, N=None, T=None, K=None)
    num_clips, num_frames, num_classes = frame_logits.shape
    check_labels(labels, num_clips, num_classes)
    weights = frame_weights(frame_logits, labels, normalize, score)
    total = weights.new_zeros(())
    for level, (clip, frames) in enumerate(zip(clip_feats, frame_feats)):
        check_shape(f'clip_feats[{level}]', clip, N=num_clips, D=None)
        check_shape(f'frame_feats[{level}]', frames, N=num_clips,
                    T=num_frames, D=clip.shape[1])
        # a product and a sum, not a matmul: autocast leaves it in float32
        target = (weights.unsqueeze(-1) * frames.float()).sum(1)  # (N, D_l)
        if detach:
            target = target.detach()
        distance = (clip.float() - target).abs()
        if reduction == 'sum':
            total = total + distance.sum(-1).mean()
        else:
            scale = 3 / clip.shape[1] if reduction == 'released' else 1
            total = total + scale * distance.mean()
    return total


@MODELS.register_module()
class TemporalAffectivityLoss(nn.Module):
    """L_ta as a module; see :func:`temporal_affectivity`.

    Args:
        reduction (str): 'mean', 'sum' or 'released'.
        normalize (bool): Let the frame weights of a clip sum to 1.
        detach (bool): Keep the gradient out of the target.
        score (str): 'prob' or 'logit'.
        loss_weight (float): lambda_1 of Eq. 6. Defaults to 0.4.
    """

    def __init__(self,
                 reduction: str = 'mean',
                 normalize: bool = False,
                 detach: bool = True,
                 score: str = 'prob',
                 loss_weight: float = 0.4) -> None:
        super().__init__()
        self.options = dict(
            reduction=reduction,
            normalize=normalize,
            detach=detach,
            score=score)
        self.loss_weight = loss_weight

    def forward(self, clip_feats: Sequence[torch.Tensor],
                frame_feats: Sequence[torch.Tensor],
                frame_logits: torch.Tensor,
                labels: torch.Tensor) -> torch.Tensor:
        """Weighted loss of a batch, a float32 scalar; arguments as there."""
        return self.loss_weight * temporal_affectivity(
            clip_feats, frame_feats, frame_logits, labels, **self.options)

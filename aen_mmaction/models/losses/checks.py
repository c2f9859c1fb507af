# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Shape and label checks shared by the losses."""
from typing import Optional, Sequence

import torch
import torch.nn.functional as F

from aen_mmaction.emotions import EmotionHierarchy


def check_shape(name: str, tensor: torch.Tensor,
                **axes: Optional[int]) -> None:
    """Refuse a tensor whose shape is not the expected one.

    Args:
        name (str): Name of the argument, for the message.
        tensor (Tensor): The tensor.
        **axes (int | None): Axis letter -> its length, in order; None where
            any length will do.

    Raises:
        ValueError: With the expected and the found shape, e.g. "frame_logits:
            expected shape (N=3, T=16, K=7), got (3, 15, 7)".
    """
    shape = tuple(tensor.shape)
    sizes = tuple(axes.values())
    if len(shape) == len(sizes) and all(
            want in (None, got) for got, want in zip(shape, sizes)):
        return
    expected = ', '.join(
        letter if size is None else f'{letter}={size}'
        for letter, size in axes.items())
    raise ValueError(f'{name}: expected shape ({expected}), got {shape}')


def check_labels(labels: torch.Tensor, num_clips: int,
                 num_classes: int) -> None:
    """Refuse labels that are not N integers in 0..K-1.

    Args:
        labels (Tensor): Should be integer ``(N,)``.
        num_clips (int): N, at least 1.
        num_classes (int): K.

    Raises:
        TypeError: If the labels are not integers.
        ValueError: If their shape or range is wrong, or there is no clip.
    """
    check_shape('labels', labels, N=num_clips)
    if labels.is_floating_point():
        raise TypeError(
            f'labels: expected integer class indices, got {labels.dtype}')
    if not num_clips:
        raise ValueError('expected a batch of at least one clip, got N=0')
    low, high = torch.stack(labels.aminmax()).tolist()  # one GPU sync
    if low < 0 or high >= num_classes:
        raise ValueError(
            f'labels: expected class indices 0..{num_classes - 1}, got '
            f'{low}..{high}. Were 1-based labels given?')


def soft_target(labels: torch.Tensor, num_clips: int,
                num_classes: int) -> torch.Tensor:
    """Labels as distributions over the classes.

    Args:
        labels (Tensor): Integer ``(N,)``, or soft labels, float ``(N, K)``.
        num_clips (int): N, at least 1.
        num_classes (int): K.

    Returns:
        Tensor: float32 ``(N, K)``; one-hot for integer labels.

    Raises:
        TypeError: If labels (N,) are not integers.
        ValueError: If shape or range is wrong, or soft labels do not sum to 1.
    """
    if labels.ndim < 2:
        check_labels(labels, num_clips, num_classes)
        return F.one_hot(labels.long(), num_classes).float()
    check_shape('labels', labels, N=num_clips, K=num_classes)
    target = labels.float()
    if (target < 0).any() or ((target.sum(-1) - 1).abs() > 1e-3).any():
        raise ValueError('labels: expected soft labels whose rows are not '
                         f'negative and sum to 1, got {target.tolist()}')
    return target


def check_local_logits(group_logits: torch.Tensor,
                       emotion_logits: torch.Tensor,
                       hierarchy: EmotionHierarchy) -> None:
    """Refuse logits of the local heads that do not fit the hierarchy.

    Args:
        group_logits (Tensor): Should be ``(N, G)``.
        emotion_logits (Tensor): Should be ``(N, K)``.
        hierarchy (EmotionHierarchy): Gives K and G.

    Raises:
        ValueError: If a shape is another, or N differs.
    """
    check_shape('emotion_logits', emotion_logits, N=None,
                K=hierarchy.num_classes)
    check_shape('group_logits', group_logits, N=len(emotion_logits),
                G=hierarchy.num_groups)


def check_level_weights(level_weights: Sequence[float]) -> None:
    """Refuse anything but one weight for each of the two affective levels.

    Args:
        level_weights (Sequence[float]): Should be those of a = 1 and a = 2.

    Raises:
        ValueError: If there are not two.
    """
    if len(level_weights) != 2:
        raise ValueError('level_weights: expected two, of the group and of '
                         f'the emotion level, got {tuple(level_weights)}')

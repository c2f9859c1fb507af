# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Grad-CAM of a video recognizer: where, at each semantic level, and when.

With y = log P(class) of a clip and A_l the backbone's map of level l,

    'element':  H_l = ReLU( sum_c  dy/dA_l          * A_l )
    'channel':  H_l = ReLU( sum_c  mean_hw dy/dA_l  * A_l )     per frame

'channel' is Grad-CAM as published. Its mean over the map assumes that the map
is averaged afterwards, which holds for the top level only (there the two are
equal); below it, position matters and the mean takes it away.

Source: Selvaraju et al., Grad-CAM, ICCV 2017 ('channel'); Draelos and Carin,
HiResCAM, 2020 ('element').
"""
from typing import List, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from ..checks import check_option

WEIGHTS = ('element', 'channel')


def grad_cam(model: nn.Module,
             batch: dict,
             labels: Sequence[int],
             weights: str = 'element') -> List[torch.Tensor]:
    """Heat of some clips at every level of the backbone's output.

    Args:
        model (nn.Module): Recognizer in eval mode whose backbone returns one
            map or several, (N*T, C, H, W) or (N, C, T', H, W).
        batch (dict): N collated clips, as ``test_step`` takes them.
        labels (Sequence[int]): N classes to explain, 0..K-1.
        weights (str): ``'element'`` or ``'channel'``, see above.

    Returns:
        list[Tensor]: L heats >= 0, low to high, (N, T', H_l, W_l).

    Raises:
        ValueError: If ``weights`` is unknown or the backbone returns no maps.
    """
    check_option('weights', weights, WEIGHTS)
    data = model.data_preprocessor(batch, False)
    inputs = data['inputs'].requires_grad_()
    captured = []
    handle = model.backbone.register_forward_hook(
        lambda module, args, output: captured.append(output))
    try:
        with torch.enable_grad():
            out = model(inputs, data['data_samples'], mode='predict')
    finally:
        handle.remove()
    maps = captured[0]
    maps = [maps] if isinstance(maps, torch.Tensor) else list(maps)
    wrong = [tuple(m.shape) for m in maps if m.ndim not in (4, 5)]
    if wrong:
        raise ValueError('expected a backbone that returns maps (N*T, C, H, '
                         f'W) or (N, C, T, H, W), got {wrong}')
    scores = torch.stack([sample.pred_score for sample in out])
    chosen = scores[range(len(out)), list(labels)]
    log_prob = chosen.clamp(min=torch.finfo(chosen.dtype).tiny).log().sum()
    grads = torch.autograd.grad(log_prob, maps)
    return [_heat(m.detach(), g, len(out), weights)
            for m, g in zip(maps, grads)]


def _heat(maps: torch.Tensor, grads: torch.Tensor, num_clips: int,
          weights: str) -> torch.Tensor:
    """(N, T', H, W) of one level."""
    if weights == 'channel':
        grads = grads.mean((-2, -1), keepdim=True)
    heat = (maps * grads).sum(1).relu()  # (N*T, H, W) or (N, T', H, W)
    return heat.unflatten(0, (num_clips, -1)) if maps.ndim == 4 else heat


def heat_on_frames(heat: torch.Tensor, num_frames: int,
                   size: int) -> np.ndarray:
    """Heat enlarged to the frames' pixels.

    Args:
        heat (Tensor): (T', H, W) of one clip and level.
        num_frames (int): T, a multiple of T' or not.
        size (int): Side of the frames in pixels.

    Returns:
        np.ndarray: float32 (T, size, size), >= 0.
    """
    large = F.interpolate(heat[None], (size, size), mode='bilinear')[0]
    when = torch.arange(num_frames) * len(heat) // num_frames
    return large[when].float().cpu().numpy()


def frame_shares(heat: torch.Tensor) -> np.ndarray:
    """Share of a clip's heat in each of its frames.

    Args:
        heat (Tensor): (T', H, W).

    Returns:
        np.ndarray: (T',), sums to 1; zeros where there is no heat at all.
    """
    sums = heat.sum((1, 2)).double()
    return (sums / sums.sum().clamp(min=1e-300)).cpu().numpy()

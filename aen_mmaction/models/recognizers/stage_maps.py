# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Stage maps of image and clip backbones, in one layout."""
from typing import List, NamedTuple, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F


class Probe(NamedTuple):
    """What a backbone gives.

    Attributes:
        map_shapes (list[tuple[int, int, int]]): (C_l, H_l, W_l), low to high.
        num_frames (int): T, or T' of a 3D backbone.
        is_3d (bool): Whether it takes clips (N, 3, T, H, W).
    """
    map_shapes: List[Tuple[int, int, int]]
    num_frames: int
    is_3d: bool


@torch.no_grad()
def probe(backbone: nn.Module, num_frames: int, img_size: int) -> Probe:
    """Run a black clip through a backbone and look at its maps.

    Args:
        backbone (nn.Module): 3D if it has a 3D convolution. Its mode and
            batch-norm statistics are left alone.
        num_frames (int): T.
        img_size (int): In pixels.

    Returns:
        Probe: Shapes of the maps.

    Raises:
        ValueError: If it gives something else than maps.
    """
    is_3d = any(isinstance(m, nn.Conv3d) for m in backbone.modules())
    clip = torch.zeros(num_frames, 3, img_size, img_size)  # T images if 2D
    if is_3d:
        clip = clip.transpose(0, 1).unsqueeze(0)
    was_training = backbone.training
    backbone.train(False)  # leave batch-norm statistics alone
    maps = _as_levels(backbone(clip))
    backbone.train(was_training)
    wrong = [tuple(m.shape) for m in maps if m.ndim != clip.ndim]
    if wrong:
        raise ValueError(
            'model.backbone: expected stage maps '
            f'{"(N, C, T, H, W)" if is_3d else "(N*T, C, H, W)"}, got '
            f'{wrong}. Set its out_indices; of a network that returns one '
            "vector take layers by name: type='LayerMaps'.")
    if is_3d:
        num_frames = maps[-1].shape[2]
    return Probe([(m.shape[1], *m.shape[-2:]) for m in maps], num_frames,
                 is_3d)


def stage_maps(backbone: nn.Module, clips: torch.Tensor,
               is_3d: bool) -> List[torch.Tensor]:
    """Maps of all levels, frame by frame.

    Args:
        backbone (nn.Module): Of images, or of clips.
        clips (Tensor): (N, T, 3, H, W).
        is_3d (bool): Whether it is one of clips. Its levels are averaged in
            time to the T' of the top one.

    Returns:
        list[Tensor]: L maps (N*T, C_l, H_l, W_l); T' for T if 3D.
    """
    if not is_3d:
        return _as_levels(backbone(clips.flatten(0, 1)))
    maps = _as_levels(backbone(clips.transpose(1, 2)))
    num_frames = maps[-1].shape[2]
    pooled = [
        F.adaptive_avg_pool3d(m, (num_frames, *m.shape[-2:])) for m in maps
    ]  # L x (N, C_l, T', H_l, W_l)
    return [m.transpose(1, 2).flatten(0, 1) for m in pooled]


def _as_levels(maps: Union[torch.Tensor, Tuple, List]) -> List[torch.Tensor]:
    """A backbone's output as a list of maps, low to high."""
    return [maps] if isinstance(maps, torch.Tensor) else list(maps)

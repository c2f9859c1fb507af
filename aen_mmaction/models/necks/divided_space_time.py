# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence, Tuple

import torch
from mmaction.models.backbones import TimeSformer
from mmaction.registry import MODELS
from mmengine.model import BaseModule


@MODELS.register_module()
class DividedSpaceTime(BaseModule):
    """The places of the top map look at each other in time, then in space.

    ::

        top level (N*T, C, H, H) -> one token per frame and place, (N, C, T,
            H, H) -> MMAction2's TimeSformer, patches of 1 x 1: [CLS],
            positions in space and time, blocks of temporal attention,
            spatial attention, MLP -> (N, 1, C)

    Levels below are left out.

    Args:
        map_shapes (Sequence[tuple[int, int, int]]): (C_l, H_l, W_l) of each
            level, low to high; given by the recognizer.
        num_frames (int): T. Defaults to 16.
        depth (int): Blocks. Defaults to 4.
        num_heads (int): Attention heads. Defaults to 8.

    Raises:
        ValueError: If the top map is not square.

    Source: the divided attention of STT (Ma et al., 2022), whose abstract
    alone could be read: depth, heads and widths are ours.
    """

    def __init__(self,
                 map_shapes: Sequence[Tuple[int, int, int]],
                 num_frames: int = 16,
                 depth: int = 4,
                 num_heads: int = 8,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        channels, height, width = map_shapes[-1]
        if height != width:
            raise ValueError('DividedSpaceTime: expected a square top map, '
                             f'got (H, W) = {(height, width)}')
        self.map_shape = (channels, height, width)
        self.num_frames = num_frames
        self.level_dims = [channels]
        self.transformer = TimeSformer(
            num_frames=num_frames,
            img_size=height,
            patch_size=1,
            in_channels=channels,
            embed_dims=channels,
            num_heads=num_heads,
            num_transformer_layers=depth)

    def forward(self, maps: Sequence[torch.Tensor],
                num_clips: int) -> List[torch.Tensor]:
        """The clip's vector, as a single step of the top level.

        Args:
            maps (Sequence[Tensor]): L maps, each (N*T, C_l, H_l, W_l).
            num_clips (int): N.

        Returns:
            list[Tensor]: One vector (N, 1, C).

        Raises:
            ValueError: If T or the top map's (C, H, W) is not the one built
                for.
        """
        top = maps[-1].unflatten(0, (num_clips, -1))  # (N, T, C, H, W)
        expected = (self.num_frames, *self.map_shape)
        if tuple(top.shape[1:]) != expected:
            raise ValueError('DividedSpaceTime: expected a top map of (T, C, '
                             f'H, W) = {expected}, got {tuple(top.shape[1:])}')
        clips = top.transpose(1, 2)  # (N, C, T, H, W)
        return [self.transformer(clips).unsqueeze(1)]

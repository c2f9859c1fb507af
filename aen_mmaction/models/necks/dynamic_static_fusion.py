# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence, Tuple, Union

import torch
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from mmpretrain.models.backbones.resnet import BasicBlock, ResLayer
from torch import nn

from ..layers import TransformerBlock

RESNET_INIT = [
    dict(type='Kaiming', layer='Conv2d'),
    dict(type='Constant', val=1, layer=['_BatchNorm', 'GroupNorm'])
]


@MODELS.register_module()
class DynamicStaticFusion(BaseModule):
    """One vector per step, of what a frame shows and how it changes.

    ::

        top level f (N, T, C, H, W)
          dynamic: f_{t+1} - f_t -> BasicBlocks, first with stride 2 ---.
          static:  f_t -> conv3x3 s2 -> tokens -> transformer blocks --(+)
                                       -> flatten: (N, T-1, C*h*w)

        levels below: (N*T, C_l, H, W) -> average over H, W: (N, T, C_l)

    Args:
        map_shapes (Sequence[tuple[int, int, int]]): (C_l, H_l, W_l) of each
            level, low to high; given by the recognizer.
        num_blocks (int): BasicBlocks of the dynamic path. Defaults to 3.
        depth (int): Transformer blocks of the static path. Defaults to 2.
        num_heads (int): Attention heads. Defaults to 4.
        head_dim (int): Width of a head. Defaults to 32.
        mlp_dim (int): Hidden width of the MLP. Defaults to 256.

    Source: the fusion of NR-DFERNet (Li et al., 2022), as GCA+IAL uses it.
    """

    def __init__(self,
                 map_shapes: Sequence[Tuple[int, int, int]],
                 num_blocks: int = 3,
                 depth: int = 2,
                 num_heads: int = 4,
                 head_dim: int = 32,
                 mlp_dim: int = 256,
                 init_cfg: Optional[Union[dict, List[dict]]] = RESNET_INIT
                 ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.map_shapes = [tuple(shape) for shape in map_shapes]
        channels, *sides = self.map_shapes[-1]
        self.out_size = tuple((side + 1) // 2 for side in sides)  # stride 2
        area = self.out_size[0] * self.out_size[1]
        self.dynamic = ResLayer(
            BasicBlock, num_blocks, channels, channels, stride=2)
        self.static = ConvModule(
            channels, channels, 3, 2, 1, norm_cfg=dict(type='BN'))
        self.pos_embed = nn.Parameter(torch.randn(1, area, channels))
        self.blocks = nn.Sequential(*[
            TransformerBlock(channels, num_heads, head_dim, mlp_dim)
            for _ in range(depth)
        ])
        self.level_dims = [shape[0] for shape in self.map_shapes[:-1]]
        self.level_dims.append(channels * area)

    def forward(self, maps: Sequence[torch.Tensor],
                num_clips: int) -> List[torch.Tensor]:
        """Fuse the top level, average the others.

        Args:
            maps (Sequence[Tensor]): L maps, each (N*T, C_l, H_l, W_l).
            num_clips (int): N.

        Returns:
            list[Tensor]: (N, T, D_l) of each level, (N, T-1, D) of the top.

        Raises:
            ValueError: If a map's (C, H, W) is not the one built for, or
                there are fewer than 2 frames.
        """
        num_frames = maps[-1].shape[0]  # not len(): free in an export
        shapes = [tuple(m.shape[1:]) for m in maps]
        if shapes != self.map_shapes or num_frames < 2 * num_clips:
            raise ValueError(
                f'stage maps are {shapes} for {num_frames} frames of '
                f'{num_clips} clip(s), expected {self.map_shapes} as '
                '(C, H, W) and at least 2 frames a clip')
        frame_feats = [
            m.mean((2, 3)).unflatten(0, (num_clips, -1)) for m in maps[:-1]
        ]
        top = maps[-1].unflatten(0, (num_clips, -1))  # (N, T, C, H, W)
        change = self.dynamic((top[:, 1:] - top[:, :-1]).flatten(0, 1))
        still = self.static(top[:, :-1].flatten(0, 1))  # (N*(T-1), C, h, w)
        tokens = still.flatten(2).transpose(1, 2) + self.pos_embed
        still = self.blocks(tokens).transpose(1, 2)  # (N*(T-1), C, h*w)
        fused = still.flatten(1) + change.flatten(1)  # (N*(T-1), C*h*w)
        return frame_feats + [fused.unflatten(0, (num_clips, -1))]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence

import torch
import torch.nn as nn
from mmengine.model import BaseModule

from mmaction.registry import MODELS
from ..layers import TransformerBlock


class ClipTransformer(nn.Module):
    """T frame vectors to one clip vector: [CLS], positions, blocks.

    ::

        (N, T, D) -> prepend CLS -> + positions -> blocks -> CLS (N, D)

    Args:
        dim (int): D, width of the vectors.
        num_frames (int): T.
        depth (int): Number of blocks.
        **block: Further arguments of :class:`TransformerBlock`.

    Source: Former-DFER's temporal transformer, which AEN section 3.1 takes
    over; no norm after the last block.
    """

    def __init__(self, dim: int, num_frames: int, depth: int,
                 **block) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, num_frames + 1, dim))
        self.blocks = nn.Sequential(
            *[TransformerBlock(dim, **block) for _ in range(depth)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Clip vector.

        Args:
            x (Tensor): (N, T, D).

        Returns:
            Tensor: (N, D).
        """
        cls_token = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls_token, x], dim=1) + self.pos_embed  # (N, T+1, D)
        return self.blocks(x)[:, 0]


@MODELS.register_module()
class LevelTemporalTransformer(BaseModule):
    """One :class:`ClipTransformer` per semantic level.

    Args:
        level_dims (Sequence[int]): D_l of each level; given by the
            recognizer.
        num_frames (int): T; given by the recognizer.
        depth (int): Blocks per level. Defaults to 3.
        num_heads (int): Attention heads. Defaults to 8.
        head_dim (int): Width of a head. Defaults to 64.
        mlp_dim (int): Hidden width of the MLP. Defaults to 1024.

    Source: AEN section 3.1; sizes of Former-DFER's temporal transformer.
    """

    def __init__(self,
                 level_dims: Sequence[int],
                 num_frames: int,
                 depth: int = 3,
                 num_heads: int = 8,
                 head_dim: int = 64,
                 mlp_dim: int = 1024,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.num_frames = num_frames
        self.level_dims = list(level_dims)
        self.levels = nn.ModuleList(
            ClipTransformer(
                dim,
                num_frames,
                depth,
                num_heads=num_heads,
                head_dim=head_dim,
                mlp_dim=mlp_dim) for dim in level_dims)

    def forward(self, frame_feats: Sequence[torch.Tensor]
                ) -> List[torch.Tensor]:
        """Clip vectors of all levels.

        Args:
            frame_feats (Sequence[Tensor]): L times I_s, each (N, T, D_l).

        Returns:
            list[Tensor]: L times V_s, each (N, D_l).

        Raises:
            ValueError: If a (T, D_l) is not the one built for.
        """
        expected = [(self.num_frames, dim) for dim in self.level_dims]
        found = [tuple(x.shape[1:]) for x in frame_feats]
        if found != expected:
            raise ValueError(f'frame_feats are {found} as (T, D_l), built '
                             f'for {expected}')
        return [level(x) for level, x in zip(self.levels, frame_feats)]

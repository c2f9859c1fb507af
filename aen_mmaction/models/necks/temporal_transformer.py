# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence, Union

import torch
import torch.nn as nn
from mmaction.registry import MODELS
from mmengine.model import BaseModule

from aen_mmaction.checks import check_option

from ..layers import TransformerBlock


class ClipTransformer(nn.Module):
    """T frame vectors to one clip vector: [CLS], positions, blocks.

    ::

        'cls':     (N, T, D) -> prepend CLS -> + positions -> blocks
                             -> CLS (N, D)
        'dynamic': (N, S, D) -> prepend CLS + mean_t |x_{t+1} - x_t|
                             -> + first S + 1 positions -> blocks -> CLS
        'mean':    (N, S, D) -> + first S positions -> blocks -> mean (N, D)

    Args:
        dim (int): D, width of the vectors.
        num_frames (int): T.
        depth (int): Number of blocks.
        pool (str): 'cls', 'dynamic' for a [CLS] that starts from how much the
            S <= T steps change, or 'mean' for their mean.
        **block: Further arguments of :class:`TransformerBlock`.

    Attributes:
        lean (bool): Let the last block refine [CLS] alone, which is all that
            is used of it. The result is the same up to the last bits, so
            that inference sets it, and training does without.

    Source: Former-DFER's temporal transformer, which AEN section 3.1 takes
    over; no norm after the last block. 'mean' is GCA+IAL's. 'dynamic' is
    ours: NR-DFERNet has a dynamic class token, its formula could not be read.
    """

    def __init__(self,
                 dim: int,
                 num_frames: int,
                 depth: int,
                 pool: str = 'cls',
                 **block) -> None:
        super().__init__()
        check_option('pool', pool, ('cls', 'dynamic', 'mean'))
        self.dynamic = pool == 'dynamic'
        self.cls_token = None
        if pool != 'mean':
            self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        num_tokens = num_frames + (pool != 'mean')
        self.pos_embed = nn.Parameter(torch.randn(1, num_tokens, dim))
        self.blocks = nn.Sequential(
            *[TransformerBlock(dim, **block) for _ in range(depth)])
        self.lean = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Clip vector.

        Args:
            x (Tensor): (N, T, D), or (N, S, D) with S <= T for 'dynamic' and
                'mean'.

        Returns:
            Tensor: (N, D).
        """
        if self.cls_token is None:
            return self.blocks(x + self.pos_embed[:, :x.shape[1]]).mean(1)
        cls_token = self.cls_token.expand(x.shape[0], -1, -1)
        if self.dynamic:
            cls_token = cls_token + x.diff(dim=1).abs().mean(1, keepdim=True)
        x = torch.cat([cls_token, x], dim=1)  # (N, S+1, D)
        x = x + self.pos_embed[:, :x.shape[1]]
        if self.lean:
            return self.blocks[-1].first(self.blocks[:-1](x))
        return self.blocks(x)[:, 0]


class TemporalMean(nn.Module):
    """T frame vectors to their mean: (N, T, D) -> (N, D)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Mean over the frames."""
        return x.mean(1)


@MODELS.register_module()
class LevelTemporalTransformer(BaseModule):
    """One :class:`ClipTransformer` per semantic level.

    Args:
        level_dims (Sequence[int]): D_l of each level; given by the
            recognizer.
        num_frames (int): T; given by the recognizer.
        depth (int | Sequence[int]): Blocks per level, or of each level; a
            level without blocks is averaged in time. Defaults to 3.
        num_heads (int): Attention heads. Defaults to 8.
        head_dim (int): Width of a head. Defaults to 64.
        mlp_dim (int): Hidden width of the MLP. Defaults to 1024.
        pool (str): 'cls', or 'dynamic' or 'mean', which also take fewer than
            T steps; see :class:`ClipTransformer`. Defaults to 'cls'.

    Raises:
        ValueError: If ``pool`` is unknown, or ``depth`` has another number of
            values than there are levels.

    Source: AEN section 3.1; sizes of Former-DFER's temporal transformer.
    """

    def __init__(self,
                 level_dims: Sequence[int],
                 num_frames: int,
                 depth: Union[int, Sequence[int]] = 3,
                 num_heads: int = 8,
                 head_dim: int = 64,
                 mlp_dim: int = 1024,
                 pool: str = 'cls',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.num_frames = num_frames
        self.level_dims = list(level_dims)
        self.pool = pool
        depths = [depth] * len(level_dims) if isinstance(depth, int) else depth
        if len(depths) != len(level_dims):
            raise ValueError(f'depth: expected {len(level_dims)} values (one '
                             f'per level), got {tuple(depths)}')
        self.levels = nn.ModuleList(
            ClipTransformer(
                dim,
                num_frames,
                blocks,
                pool,
                num_heads=num_heads,
                head_dim=head_dim,
                mlp_dim=mlp_dim) if blocks else TemporalMean()
            for dim, blocks in zip(level_dims, depths))

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
        if self.pool != 'cls':  # fewer steps will do
            found = [(max(steps, self.num_frames), dim)
                     for steps, dim in found]
        if found != expected:
            raise ValueError(f'frame_feats are {found} as (T, D_l), built '
                             f'for {expected}')
        return [level(x) for level, x in zip(self.levels, frame_feats)]

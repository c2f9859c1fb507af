# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Sequence, Union

import torch
from mmaction.registry import MODELS
from mmpretrain.models import ResNet
from torch import nn

from ..layers import TransformerBlock


class MapTransformer(nn.Module):
    """Let the places of a map look at each other.

    ::

        (B, C, H, W) -> H*W tokens of width C -> + positions -> blocks
                     -> (B, C, H, W)

    Args:
        dim (int): C.
        map_size (int | Sequence[int]): H and W.
        depth (int): Number of blocks.
        **block: Further arguments of :class:`TransformerBlock`.
    """

    def __init__(self, dim: int, map_size: Union[int, Sequence[int]],
                 depth: int, **block) -> None:
        super().__init__()
        if isinstance(map_size, int):
            map_size = (map_size, map_size)
        self.map_size = tuple(map_size)
        num_tokens = self.map_size[0] * self.map_size[1]
        self.pos_embed = nn.Parameter(torch.randn(1, num_tokens, dim))
        self.blocks = nn.Sequential(
            *[TransformerBlock(dim, **block) for _ in range(depth)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Refine a map.

        Args:
            x (Tensor): (B, C, H, W).

        Returns:
            Tensor: (B, C, H, W).

        Raises:
            ValueError: If (H, W) is not the one built for.
        """
        if tuple(x.shape[-2:]) != self.map_size:
            raise ValueError(
                f'MapTransformer: expected a map of (H, W) = {self.map_size}, '
                f'got {tuple(x.shape[-2:])}. Set map_size of the backbone to '
                'the image size in use (112 px give 7).')
        tokens = x.flatten(2).transpose(1, 2) + self.pos_embed  # (B, HW, C)
        return self.blocks(tokens).transpose(1, 2).unflatten(
            -1, self.map_size)


@MODELS.register_module()
class SpatialFormer(ResNet):
    """Former-DFER's spatial former: a ResNet with attention inside a frame.

    ::

        (N*T, 3, 112, 112) -> stem -> layer1..3 (N*T, 256, 7, 7)
            -> 49 tokens, 1 transformer block -> layer4 (N*T, 512, 4, 4)

    The transformer is appended to layer3, so that every other weight has the
    name it has in mmpretrain's ResNet.

    Args:
        depth (int): Of the ResNet. Defaults to 18.
        map_size (int | Sequence[int]): H and W behind layer3. Defaults to 7,
            for images of 112 px.
        num_blocks (int): Transformer blocks. Defaults to 1.
        num_heads (int): Attention heads. Defaults to 8.
        head_dim (int): Width of a head. Defaults to 32.
        mlp_dim (int): Hidden width of the MLP. Defaults to 512.
        **kwargs: As mmpretrain's ResNet.

    Source: Zhao and Liu, "Former-DFER: Dynamic Facial Expression Recognition
    Transformer", ACM MM 2021.
    """

    def __init__(self,
                 depth: int = 18,
                 map_size: Union[int, Sequence[int]] = 7,
                 num_blocks: int = 1,
                 num_heads: int = 8,
                 head_dim: int = 32,
                 mlp_dim: int = 512,
                 **kwargs) -> None:
        super().__init__(depth=depth, **kwargs)
        self.layer3.add_module(
            'transformer',
            MapTransformer(
                self.layer3[-1].out_channels,
                map_size,
                num_blocks,
                num_heads=num_heads,
                head_dim=head_dim,
                mlp_dim=mlp_dim))

    def train(self, mode: bool = True) -> 'SpatialFormer':
        """Set training mode; unlike mmpretrain's, returns the module."""
        super().train(mode)
        return self

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Global convolution-attention (GCA): channels weighed frame by frame."""
from typing import Tuple

import torch
from mmpretrain.models.backbones.resnet import BasicBlock
from torch import nn


class GlobalConvolutionAttention(nn.Module):
    r"""Rescale the channels of every frame.

    .. math::
        g = \mathrm{DWConv}_{H \times W}(X), \quad
        w = 2\,\sigma(W_2\,\mathrm{ReLU}(W_1 g)), \quad
        X' = X \sqrt{w\,\bar w + 10^{-5}}

    with a depthwise convolution as large as the map, and :math:`\bar w` the
    mean of w over the T frames of the clip.

    Args:
        channels (int): C.
        map_size (int): Side H = W of the map, in pixels.
        num_frames (int): T, frames of a clip.
        reduction (int): W_1 leads to C / reduction channels.

    Source: Li et al., AAAI 2023 (GCA+IAL).
    """

    def __init__(self,
                 channels: int,
                 map_size: int,
                 num_frames: int,
                 reduction: int = 16) -> None:
        super().__init__()
        self.map_size = map_size
        self.num_frames = num_frames
        hidden = channels // reduction
        self.context = nn.Conv2d(
            channels, channels, map_size, groups=channels, bias=False)
        self.reduce = nn.Conv2d(channels, hidden, 1, bias=False)
        self.expand = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Rescale.

        Args:
            x (Tensor): (N*T, C, H, W), the frames of each clip in a row.

        Returns:
            tuple[Tensor, Tensor]: X' (N*T, C, H, W), and the context g
            (N*T, C, 1, 1).

        Raises:
            ValueError: If the map is not ``map_size`` or the number of
                frames no multiple of T.
        """
        if (x.shape[-2:] != (self.map_size, ) * 2
                or x.shape[0] % self.num_frames):
            raise ValueError(
                'GlobalConvolutionAttention: expected (N * T, C, H, W) with '
                f'T={self.num_frames}, H=W={self.map_size}, got '
                f'{tuple(x.shape)}. Set map_sizes and num_frames of the '
                'backbone to the image size and frames in use.')
        context = self.context(x)  # (N*T, C, 1, 1)
        weight = 2 * self.expand(self.reduce(context).relu()).sigmoid()
        clip_weight = weight.unflatten(0, (-1, self.num_frames)).mean(
            1, keepdim=True)  # (N, 1, C, 1, 1)
        clip_weight = clip_weight.expand(-1, self.num_frames, -1, -1, -1)
        scale = (weight * clip_weight.flatten(0, 1) + 1e-5).sqrt()
        return x * scale, context


class GCABlock(BasicBlock):
    """mmpretrain's BasicBlock with GCA before the identity is added.

    It fits any of mmpretrain's residual layers:
    ``ResLayer(GCABlock, num_blocks, in_channels, out_channels, stride=2,
    map_size=14, num_frames=16)``.

    Args:
        map_size (int): Side of the block's output, in pixels.
        num_frames (int): T.
        **kwargs: As BasicBlock.
    """

    def __init__(self, *args, map_size: int, num_frames: int,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.gate = GlobalConvolutionAttention(self.out_channels, map_size,
                                               num_frames)

    def forward_with_context(
            self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Output (N*T, C, H, W) and GCA's context (N*T, C, 1, 1)."""
        out = self.relu(self.norm1(self.conv1(x)))
        out, context = self.gate(self.norm2(self.conv2(out)))
        identity = x if self.downsample is None else self.downsample(x)
        return self.relu(self.drop_path(out) + identity), context

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Output (N*T, C, H, W)."""
        return self.forward_with_context(x)[0]

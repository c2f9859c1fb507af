# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from mmpretrain.models import ResNet
from mmpretrain.models.backbones.resnet import BasicBlock
from torch import nn

from ..layers import GCABlock


@MODELS.register_module()
class GCAResNet(ResNet):
    """The backbone of GCA+IAL: a small ResNet with attention over channels.

    ::

        (N*T, 3, 112, 112) -> conv3x3 s2, conv3x3, maxpool (N*T, 64, 28, 28)
            -> layer1: BasicBlock              (N*T,  64, 28, 28)
            -> layer2: GCABlock -> context g_2 (N*T, 128, 14, 14)
            -> layer3: GCABlock -> context g_3 (N*T, 256,  7,  7)

    It returns g_2 (N*T, 128, 1, 1) and g_3 (N*T, 256, 1, 1), then the maps
    of ``out_indices``: levels, low to high.

    Args:
        num_frames (int): T, frames of a clip. Defaults to 16.
        stage_blocks (Sequence[int]): Blocks of each stage. Defaults to
            ``(1, 1, 1)``.
        gca_stages (Sequence[int]): Stages made of GCA blocks (0 is layer1).
            Defaults to ``(1, 2)``.
        map_sizes (Sequence[int]): Side of their maps, in pixels. Defaults to
            ``(14, 7)``, for images of 112 px.
        out_indices (Sequence[int]): Defaults to ``(2,)``.
        **kwargs: As mmpretrain's ResNet.

    Source: Li et al., AAAI 2023 (GCA+IAL).
    """

    def __init__(self,
                 num_frames: int = 16,
                 stage_blocks: Sequence[int] = (1, 1, 1),
                 gca_stages: Sequence[int] = (1, 2),
                 map_sizes: Sequence[int] = (14, 7),
                 out_indices: Sequence[int] = (2, ),
                 **kwargs) -> None:
        self.num_frames = num_frames
        if len(gca_stages) != len(map_sizes):
            raise ValueError('map_sizes: expected one for each of gca_stages '
                             f'{tuple(gca_stages)}, got {tuple(map_sizes)}')
        self.map_sizes = dict(zip(gca_stages, map_sizes))
        self.arch_settings = {18: (BasicBlock, tuple(stage_blocks))}
        num_stages = len(stage_blocks)
        super().__init__(
            depth=18,
            num_stages=num_stages,
            strides=(1, 2, 2, 2)[:num_stages],
            dilations=(1, ) * num_stages,
            out_indices=out_indices,
            deep_stem=True,
            **kwargs)

    def _make_stem_layer(self, in_channels: int, stem_channels: int) -> None:
        """conv3x3 s2, conv3x3, each with norm and ReLU; then the maxpool."""
        options = dict(
            kernel_size=3,
            padding=1,
            conv_cfg=self.conv_cfg,
            norm_cfg=self.norm_cfg)
        self.stem = nn.Sequential(
            ConvModule(in_channels, stem_channels, stride=2, **options),
            ConvModule(stem_channels, stem_channels, **options))
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)

    def make_res_layer(self, **kwargs) -> nn.Sequential:
        """One stage, of GCA blocks where ``gca_stages`` says so."""
        stage = len(self.res_layers)  # mmpretrain appends after each stage
        if stage in self.map_sizes:
            kwargs.update(
                block=GCABlock,
                map_size=self.map_sizes[stage],
                num_frames=self.num_frames)
        return super().make_res_layer(**kwargs)

    def forward(self, x: torch.Tensor) -> Tuple[torch.Tensor, ...]:
        """Contexts of the GCA blocks, then the stage maps.

        Args:
            x (Tensor): (N*T, 3, H, W), the frames of each clip in a row.

        Returns:
            tuple[Tensor]: (N*T, C, 1, 1) per GCA block, then (N*T, C, H, W)
            per stage of ``out_indices``.
        """
        x = self.maxpool(self.stem(x))
        contexts, maps = [], []
        for stage, name in enumerate(self.res_layers):
            for block in getattr(self, name):
                if isinstance(block, GCABlock):
                    x, context = block.forward_with_context(x)
                    contexts.append(context)
                else:
                    x = block(x)
            if stage in self.out_indices:
                maps.append(x)
        return (*contexts, *maps)

    def train(self, mode: bool = True) -> 'GCAResNet':
        """Set training mode; unlike mmpretrain's, returns the module."""
        super().train(mode)
        return self

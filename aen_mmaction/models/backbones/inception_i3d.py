# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence, Tuple, Union

import torch
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from torch import nn

# Channels of each inception block: 1x1x1 | 1x1x1 -> 3x3x3 | 1x1x1 -> 3x3x3 |
# max pool -> 1x1x1. The outputs are put side by side.
STAGES = (
    ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    ((192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64),
     (128, 128, 256, 24, 64, 64), (112, 144, 288, 32, 64, 64),
     (256, 160, 320, 32, 128, 128)),
    ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
)


def conv(in_channels: int, out_channels: int, kernel: int,
         stride: int = 1) -> ConvModule:
    """A cubic convolution, batch norm and ReLU; same size if stride is 1."""
    return ConvModule(
        in_channels,
        out_channels,
        kernel,
        stride,
        kernel // 2,
        conv_cfg=dict(type='Conv3d'),
        norm_cfg=dict(type='BN3d'))


class InceptionBlock(nn.Module):
    """Four branches over the same clip.

    Args:
        in_channels (int): C.
        widths (Sequence[int]): Six channel numbers, see ``STAGES``.
    """

    def __init__(self, in_channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        a, b1, b3, c1, c3, d = widths
        self.branches = nn.ModuleList([
            conv(in_channels, a, 1),
            nn.Sequential(conv(in_channels, b1, 1), conv(b1, b3, 3)),
            nn.Sequential(conv(in_channels, c1, 1), conv(c1, c3, 3)),
            nn.Sequential(nn.MaxPool3d(3, 1, 1), conv(in_channels, d, 1)),
        ])
        self.out_channels = a + b3 + c3 + d

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, T, H, W) -> (N, C', T, H, W)."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


@MODELS.register_module()
class InceptionI3D(BaseModule):
    """I3D: Inception-v1 (GoogLeNet with batch norm), inflated to 3D.

    MMAction2's "I3D" is a ResNet-50; this is the Inception of the paper.

    ::

        (N, 3, 16, 112, 112)
          conv 7x7x7 /2, pool /(1,2,2), conv 1, conv 3  (N,  192, 8, 28, 28)
          pool /(1,2,2), 2 inception blocks             (N,  480, 8, 14, 14)
          pool /2, 5 inception blocks                   (N,  832, 4,  7,  7)
          pool 2x2x2 /2, 2 inception blocks             (N, 1024, 2,  4,  4)

    Args:
        out_indices (Sequence[int]): Which of the three inception stages to
            return, low to high. Defaults to ``(2, )``.

    Source: Carreira and Zisserman, CVPR 2017. Padding is symmetric here,
    TensorFlow's lies one pixel aside; sizes are the same.
    """

    def __init__(self,
                 out_indices: Sequence[int] = (2, ),
                 init_cfg: Optional[Union[dict, List[dict]]] = [
                     dict(type='Kaiming', layer='Conv3d'),
                     dict(type='Constant', val=1, layer='_BatchNorm')
                 ]) -> None:
        super().__init__(init_cfg=init_cfg)
        wrong = [i for i in out_indices if i not in range(len(STAGES))]
        if wrong or not out_indices:
            raise ValueError('out_indices: expected some of 0, 1, 2 (the '
                             f'inception stages), got {tuple(out_indices)}')
        self.out_indices = tuple(out_indices)
        self.stem = nn.Sequential(
            conv(3, 64, 7, 2), nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            conv(64, 64, 1), conv(64, 192, 3))
        self.pools = nn.ModuleList([
            nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            nn.MaxPool3d(3, 2, 1),
            nn.MaxPool3d(2, 2, ceil_mode=True)  # 7 px give 4
        ])
        self.stages = nn.ModuleList()
        channels = 192
        for stage in STAGES[:max(out_indices) + 1]:
            blocks = nn.Sequential()
            for widths in stage:
                blocks.append(InceptionBlock(channels, widths))
                channels = blocks[-1].out_channels
            self.stages.append(blocks)

    def forward(
        self, x: torch.Tensor
    ) -> Union[torch.Tensor, Tuple[torch.Tensor, ...]]:
        """Stage maps; a single one comes without a tuple, as in MMAction2.

        Args:
            x (Tensor): (N, 3, T, H, W).

        Returns:
            Tensor | tuple[Tensor]: (N, C_l, T_l, H_l, W_l).
        """
        x = self.stem(x)
        maps = []
        for index, (pool, stage) in enumerate(zip(self.pools, self.stages)):
            x = stage(pool(x))
            if index in self.out_indices:
                maps.append(x)
        return maps[0] if len(maps) == 1 else tuple(maps)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule

from aen_mmaction.checks import check_option

LEVEL_WIDTH = 784  # = 1 * 28^2 = 4 * 14^2 = 16 * 7^2, of the prototype
MAX_SIDE = 28  # maps above this side are average-pooled down to it


def point_wise(in_channels: int, out_channels: int) -> nn.Sequential:
    """conv1x1 C -> C, conv1x1 C -> c, with bias, nothing between."""
    return nn.Sequential(
        nn.Conv2d(in_channels, in_channels, 1),
        nn.Conv2d(in_channels, out_channels, 1))


@MODELS.register_module()
class LevelSqueeze(BaseModule):
    """One vector per frame and level: point-wise convolutions, flattened.

    ::

        level l < top: (N*T, C_l, H, W) -> conv1x1 C_l -> conv1x1 c -> flatten
                       D_l = c * H * W  with  c = max(1, round(784 / (H * W)))
        top level:     (N*T, C_l, H, W) -> average over H, W;  D_l = C_l

    so D = (784, 784, 512) for ResNet-18's layers 1, 3, 4 at 112 px. Maps
    above 28 x 28 are average-pooled to 28 x 28 first.

    Args:
        map_shapes (Sequence[tuple[int, int, int]]): (C_l, H_l, W_l) of each
            level, low to high; given by the recognizer, which measures them.
        squeeze_channels (Sequence[int], optional): c of each squeezed level
            instead of the rule above. Defaults to None.
        top_squeeze (str): ``'gap'``, or ``'conv'`` to squeeze the top level
            to the width C_top by convolutions as well. Defaults to 'gap'.

    Source: AEN section 3.1 ("point-wise convolution and flattening"); widths
    are not printed there and follow the released prototype.
    """

    def __init__(self,
                 map_shapes: Sequence[Tuple[int, int, int]],
                 squeeze_channels: Optional[Sequence[int]] = None,
                 top_squeeze: str = 'gap',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        check_option('top_squeeze', top_squeeze, ('gap', 'conv'))
        sides = [(min(h, MAX_SIDE), min(w, MAX_SIDE))
                 for _, h, w in map_shapes]
        areas = [h * w for h, w in sides]
        widths = [LEVEL_WIDTH] * (len(map_shapes) - 1) + [map_shapes[-1][0]]
        num_convs = len(map_shapes) - (top_squeeze == 'gap')
        if squeeze_channels is None:
            squeeze_channels = [
                max(1, round(width / area))
                for width, area in zip(widths[:num_convs], areas)
            ]
        if len(squeeze_channels) != num_convs:
            raise ValueError(
                f'squeeze_channels: expected {num_convs} values (one per '
                f'squeezed level), got {tuple(squeeze_channels)}')
        self.map_shapes = [tuple(shape) for shape in map_shapes]
        self.sides = sides
        self.convs = nn.ModuleList(
            point_wise(c, out)
            for (c, _, _), out in zip(map_shapes, squeeze_channels))
        self.level_dims = [
            c * a for c, a in zip(squeeze_channels, areas)
        ] + [shape[0] for shape in map_shapes[num_convs:]]

    def forward(self, maps: Sequence[torch.Tensor],
                num_clips: int) -> List[torch.Tensor]:
        """Squeeze the maps of all levels.

        Args:
            maps (Sequence[Tensor]): L maps, each (N*T, C_l, H_l, W_l).
            num_clips (int): N.

        Returns:
            list[Tensor]: L frame vectors I_s, each (N, T, D_l).

        Raises:
            ValueError: If a map's (C, H, W) is not the one built for.
        """
        shapes = [tuple(m.shape[1:]) for m in maps]
        if shapes != self.map_shapes:
            raise ValueError(f'stage maps are {shapes}, built for '
                             f'{self.map_shapes} as (C, H, W): the image size '
                             'differs from model.data_preprocessor.img_size')
        frame_feats = []
        for level, x in enumerate(maps):
            if level < len(self.convs):
                if tuple(x.shape[2:]) != self.sides[level]:
                    x = F.adaptive_avg_pool2d(x, self.sides[level])
                x = self.convs[level](x).flatten(1)  # (N*T, c*H*W)
            else:
                x = x.mean(dim=(2, 3))  # (N*T, C)
            frame_feats.append(
                x.reshape(num_clips, x.shape[0] // num_clips, x.shape[1]))
        return frame_feats


@MODELS.register_module()
class ImageSqueeze(BaseModule):
    """The squeeze of one level as the neck of an image classifier.

    ::

        (..., (B, C, H, W)) -> conv1x1 C -> conv1x1 c -> flatten
                            -> ((B, c*H*W),)

    With it mmpretrain's ``ImageClassifier`` becomes a frame model that
    classifies the squeezed vector, as the released prototype's guide does.

    Args:
        in_channels (int): C, channels of the backbone's last map.
        out_channels (int): c.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.convs = point_wise(in_channels, out_channels)

    def forward(self, maps: Sequence[torch.Tensor]) -> Tuple[torch.Tensor]:
        """Squeeze the last map.

        Args:
            maps (Sequence[Tensor]): Maps of the backbone, (B, C, H, W).

        Returns:
            tuple[Tensor]: (B, c*H*W), alone in a tuple as heads expect it.
        """
        return (self.convs(maps[-1]).flatten(1), )

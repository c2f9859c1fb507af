# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""3x3 convolution as products of matrices, for bfloat16 on CPUs."""
from typing import Tuple

import torch
import torch.nn.functional as F
from mmcv.cnn.bricks.wrappers import Conv2d
from torch import nn
from torch.autograd.function import once_differentiable


class MatrixConv2d(nn.Conv2d):
    """A 3x3 convolution whose sums are products of matrices.

    ::

        X = patches(x) (B h w, 9 C),  W (C', 9 C)
        y = X W^T;  dL/dW = dL/dy^T X;  dL/dx = patches(dL/dy) W'  (stride 1)
                                        dL/dx = patches^T(dL/dy W) (stride 2)

    with W' the kernel turned by 180 degrees and transposed, and patches^T
    adding up what each pixel gave. Same parameters, names and values as
    ``nn.Conv2d``; gradients of gradients are refused. In bfloat16 on a CPU it
    is faster where channels are many and maps are small: on maps of 4 x 4 the
    library's gradient of the weights takes six times as long.

    Args:
        conv (nn.Conv2d): 3x3, padding 1, one group; its parameters are taken
            over.

    Raises:
        ValueError: If the convolution is of another kind.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        if not fits_matrix(conv):
            raise ValueError('MatrixConv2d: expected a 3x3 convolution of '
                             f'padding 1 and one group, got {conv}')
        super().__init__(
            conv.in_channels,
            conv.out_channels,
            3,
            conv.stride,
            padding=1,
            bias=False)
        self.weight, self.bias = conv.weight, conv.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve; as ``nn.Conv2d`` itself unless in bfloat16 on a CPU.

        Args:
            x (Tensor): (B, C, H, W).

        Returns:
            Tensor: (B, C', h, w), channels-last.
        """
        dtype = self.weight.dtype
        if torch.is_autocast_enabled(x.device.type):
            dtype = torch.get_autocast_dtype(x.device.type)
        if (x.device.type, dtype) != ('cpu', torch.bfloat16):
            return super().forward(x)
        y = _Convolution.apply(
            x.to(dtype), self.weight.to(dtype), self.stride[0])
        return y if self.bias is None else (
            y + self.bias.to(dtype)[:, None, None])


def is_plain(layer: nn.Module) -> bool:
    """Whether a layer is a 2D convolution by its weights as they are.

    Subclasses may change them first, e.g. standardise (``ConvWS2d``); mmcv's
    own, its ``'Conv'``, does not.
    """
    return type(layer) in (nn.Conv2d, Conv2d, MatrixConv2d)


def fits_matrix(conv: nn.Module) -> bool:
    """Whether :class:`MatrixConv2d` can take a layer's place."""
    return is_plain(conv) and (
        conv.kernel_size, conv.padding, conv.dilation, conv.groups,
        conv.padding_mode, len(set(conv.stride))) == ((3, 3), (1, 1), (1, 1),
                                                      1, 'zeros', 1)


class _Convolution(torch.autograd.Function):
    """(B, C, H, W) and (C', C, 3, 3) -> (B, C', h, w)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, weight: torch.Tensor,
                stride: int) -> torch.Tensor:
        patches = _patches(x, stride)
        ctx.save_for_backward(patches, weight)
        ctx.shape, ctx.stride = x.shape, stride
        matrix = weight.permute(0, 2, 3, 1).flatten(1)  # (C', 9 C)
        return _to_maps(patches @ matrix.t(), x.shape, stride)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: torch.Tensor
                 ) -> Tuple[torch.Tensor, torch.Tensor, None]:
        patches, weight = ctx.saved_tensors
        grad_x = grad_weight = None
        if ctx.needs_input_grad[1]:
            rows = grad.permute(0, 2, 3, 1).flatten(0, 2)  # (B h w, C')
            matrix = rows.t() @ patches  # (C', 9 C)
            grad_weight = matrix.unflatten(1, (3, 3, -1)).permute(0, 3, 1, 2)
        if ctx.needs_input_grad[0] and ctx.stride == 1:
            turned = weight.flip(2, 3).permute(2, 3, 0, 1).flatten(0, 2)
            grad_x = _to_maps(_patches(grad, 1) @ turned, ctx.shape, 1)
        elif ctx.needs_input_grad[0]:
            rows = grad.permute(0, 2, 3, 1)  # (B, h, w, C')
            matrix = weight.permute(0, 2, 3, 1).flatten(1)
            grad_x = _add_patches(rows @ matrix, ctx.shape, ctx.stride)
        return grad_x, grad_weight, None


def _patches(x: torch.Tensor, stride: int) -> torch.Tensor:
    """(B, C, H, W) -> 3 x 3 pixels around each place, (B h w, 9 C)."""
    x = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
    tiles = x.unfold(1, 3, stride).unfold(2, 3, stride)  # (B, h, w, C, 3, 3)
    return tiles.permute(0, 1, 2, 4, 5, 3).reshape(-1, 9 * x.shape[3])


def _add_patches(patches: torch.Tensor, shape: torch.Size,
                 stride: int) -> torch.Tensor:
    """The adjoint of _patches: (B, h, w, 9 C) -> (B, C, H, W)."""
    num, channels, height, width = shape
    tiles = patches.unflatten(-1, (3, 3, channels))
    x = tiles.new_zeros(
        num, height + 2, width + 2, channels, dtype=torch.float32)
    for row in range(3):
        for column in range(3):
            x[:, row:row + height:stride,
              column:column + width:stride] += tiles[:, :, :, row, column]
    return x[:, 1:-1, 1:-1].permute(0, 3, 1, 2).to(patches.dtype)


def _to_maps(rows: torch.Tensor, shape: torch.Size,
             stride: int) -> torch.Tensor:
    """(B h w, C') -> (B, C', h, w), for an input of shape (B, C, H, W)."""
    height, width = (-(-side // stride) for side in shape[2:])
    return rows.view(shape[0], height, width, -1).permute(0, 3, 1, 2)

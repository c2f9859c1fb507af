# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""3x3 convolution of small maps, for bfloat16 on CPUs."""
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from mmcv.cnn.bricks.wrappers import Conv2d
from torch import nn
from torch.autograd.function import once_differentiable

# Widths of output maps up to which it pays, by measuring (docs/speed.md)
_PRODUCTS_WIDTH = 4
_JOINED_WIDTH = 8


class SmallMapConv2d(nn.Conv2d):
    """A 3x3 convolution that keeps a CPU's matrix unit busy on small maps.

    The unit multiplies 16 pixels at a time and PyTorch's library gives it
    those of one row, so that it idles where rows are shorter. Here, by the
    width of the output map:

    * up to 4 (stride 1): products of matrices of all pixels of the batch,
      without gradients of gradients;
    * up to 8: 8 images (4 or 2 if their number is not divisible), side by
      side with zeros between neighbours, are convolved as one;
    * wider, an odd number of images, in float32, or on another device: as
      ``nn.Conv2d``.

    Same parameters, names and values as ``nn.Conv2d``.

    Args:
        conv (nn.Conv2d): 3x3, padding 1, one group, equal strides; its
            parameters are taken over.

    Raises:
        ValueError: If the convolution is of another kind.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        if not is_plain_3x3(conv):
            raise ValueError('SmallMapConv2d: expected a 3x3 convolution of '
                             f'padding 1, one group and equal strides, got '
                             f'{conv}')
        super().__init__(
            conv.in_channels,
            conv.out_channels,
            3,
            conv.stride,
            padding=1,
            bias=False,
            device='meta')  # draws no random numbers
        self.weight, self.bias = conv.weight, conv.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve.

        Args:
            x (Tensor): (B, C, H, W).

        Returns:
            Tensor: (B, C', h, w).
        """
        dtype = self.weight.dtype
        if torch.is_autocast_enabled(x.device.type):
            dtype = torch.get_autocast_dtype(x.device.type)
        stride = self.stride[0]
        width = -(-x.shape[3] // stride)
        if (x.device.type, dtype) != ('cpu', torch.bfloat16):
            return super().forward(x)
        x, weight = x.to(dtype), self.weight.to(dtype)
        bias = None if self.bias is None else self.bias.to(dtype)
        if width <= _PRODUCTS_WIDTH and stride == 1:
            y = _Products.apply(x, weight)
            return y if bias is None else y + bias[:, None, None]
        joined = next(num for num in (8, 4, 2, 1) if x.shape[0] % num == 0)
        if width <= _JOINED_WIDTH and joined > 1:
            return convolve_side_by_side(x, weight, bias, stride, joined)
        return super().forward(x)


def is_plain(layer: nn.Module) -> bool:
    """Whether a layer is a 2D convolution by its weights as they are.

    Subclasses may change them first, e.g. standardise (``ConvWS2d``); mmcv's
    own, its ``'Conv'``, does not.
    """
    return type(layer) in (nn.Conv2d, Conv2d, SmallMapConv2d)


def is_plain_3x3(layer: nn.Module) -> bool:
    """:func:`is_plain` and 3x3, padding 1, one group, equal strides."""
    return is_plain(layer) and (
        layer.kernel_size, layer.padding, layer.dilation, layer.groups,
        layer.padding_mode, len(set(layer.stride))) == ((3, 3), (1, 1), (1, 1),
                                                        1, 'zeros', 1)


def convolve_side_by_side(x: torch.Tensor, weight: torch.Tensor,
                          bias: Optional[torch.Tensor], stride: int,
                          joined: int) -> torch.Tensor:
    """Convolve wide images: J of the batch, at least one zero column between.

    ::

        (J, C, H, W) -> | x_1 0 | x_2 0 | ... | x_J 0 |  (C, H, J P)
                     -> | y_1 ? | y_2 ? | ... | y_J ? |  (C', h, J p)
                     -> (J, C', h, w)

    where P > W is a multiple of the stride, p = P / stride, and what falls
    into the columns between (?) is dropped.

    Args:
        x (Tensor): (B, C, H, W).
        weight (Tensor): (C', C, 3, 3).
        bias (Tensor, optional): (C').
        stride (int): Of both directions.
        joined (int): J; divides B.

    Returns:
        Tensor: (B, C', h, w).
    """
    batch, _, _, width = x.shape
    period = -(-(width + 1) // stride) * stride
    x = x.permute(0, 2, 3, 1).unflatten(
        0, (batch // joined, joined)).transpose(1, 2)
    x = F.pad(x, (0, 0, 0, period - width)).flatten(2, 3)  # (B/J, H, J P, C)
    y = F.conv2d(x.permute(0, 3, 1, 2), weight, bias, stride, padding=1)
    y = y.permute(0, 2, 3, 1).unflatten(
        2, (joined, period // stride)).transpose(1, 2)
    y = y[:, :, :, :-(-width // stride)].flatten(0, 1)  # (B, h, w, C')
    return y.permute(0, 3, 1, 2)


class _Products(torch.autograd.Function):
    """(B, C, H, W) and (C', C, 3, 3) -> (B, C', H, W).

    ::

        X = patches(x) (B H W, 9 C),  W (C', 9 C)
        y = X W^T;  dL/dW = dL/dy^T X;  dL/dx = patches(dL/dy) W'

    with W' the kernel turned by 180 degrees and transposed. Gradients of
    gradients are refused.
    """

    @staticmethod
    def forward(ctx, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        patches = _patches(x)
        ctx.save_for_backward(patches, weight)
        matrix = weight.permute(0, 2, 3, 1).flatten(1)  # (C', 9 C)
        return _to_maps(patches @ matrix.t(), x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx,
                 grad: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        patches, weight = ctx.saved_tensors
        grad_x = grad_weight = None
        if ctx.needs_input_grad[1]:
            rows = grad.permute(0, 2, 3, 1).flatten(0, 2)  # (B H W, C')
            matrix = rows.t() @ patches  # (C', 9 C)
            grad_weight = matrix.unflatten(1, (3, 3, -1)).permute(0, 3, 1, 2)
        if ctx.needs_input_grad[0]:
            turned = weight.flip(2, 3).permute(2, 3, 0, 1).flatten(0, 2)
            grad_x = _to_maps(_patches(grad) @ turned, grad.shape)
        return grad_x, grad_weight


def _patches(x: torch.Tensor) -> torch.Tensor:
    """(B, C, H, W) -> 3 x 3 pixels around each place, (B H W, 9 C)."""
    x = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
    tiles = x.unfold(1, 3, 1).unfold(2, 3, 1)  # (B, H, W, C, 3, 3)
    return tiles.permute(0, 1, 2, 4, 5, 3).reshape(-1, 9 * x.shape[3])


def _to_maps(rows: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """(B H W, C') -> (B, C', H, W), for maps of shape (B, any, H, W)."""
    return rows.view(shape[0], *shape[2:], rows.shape[1]).permute(0, 3, 1, 2)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""3x3 convolution by Winograd's algorithm, for inference."""
from typing import Dict, List, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from .small_map_convolution import is_plain_3x3

# G of F(m x m, 3 x 3), (t, 3) with t = m + 2
_KERNEL_TRANSFORM: Dict[int, torch.Tensor] = {
    2: torch.tensor([[1., 0, 0], [.5, .5, .5], [.5, -.5, .5], [0, 0, 1]]),
    4: torch.tensor([[6., 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4],
                     [1, -2, 4], [0, 0, 24]]) / 24
}
# B^T (6, 6) and A^T (4, 6) of F(4 x 4, 3 x 3)
_DATA_4 = torch.tensor([[4., 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0],
                        [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0],
                        [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]])
_OUTPUT_4 = torch.tensor([[1., 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0],
                          [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])


class WinogradConv2d(nn.Module):
    r"""A trained 3x3 convolution with fewer multiplications, F(m x m, 3 x 3).

    .. math::
        Y = A^T \left[ (G g G^T) \odot (B^T d B) \right] A

    for each tile d of t x t pixels, t = m + 2, that gives m x m pixels of
    output. Summed over channels the product is one of matrices for each of
    the :math:`t^2` places; a tile needs :math:`t^2` multiplications instead
    of :math:`9 m^2`: 16 for 36, or 36 for 144.

    Args:
        conv (nn.Conv2d): 3x3, stride 1, padding 1, one group; weights and
            type are taken from it.
        tile (int): m, 2 or 4. The rounding error is that of the direct sum
            for 2 in float32, some three times that in bfloat16, and some five
            times that for 4 in float32. Defaults to 2.

    Raises:
        ValueError: If the convolution is of another kind, or m is neither.

    Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural
    Networks", CVPR 2016, section 4.
    """

    def __init__(self, conv: nn.Conv2d, tile: int = 2) -> None:
        super().__init__()
        if not fits_winograd(conv):
            raise ValueError('WinogradConv2d: expected a 3x3 convolution of '
                             f'stride 1, padding 1 and one group, got {conv}')
        if tile not in _KERNEL_TRANSFORM:
            raise ValueError('WinogradConv2d: expected tile 2 or 4, got '
                             f'{tile!r}')
        self.tile = tile
        like, weight = conv.weight, _KERNEL_TRANSFORM[tile].double()
        kernel = torch.einsum('ia,jb,ocab->ijco', weight, weight,
                              like.detach().double().cpu())
        self.register_buffer('kernel',
                             kernel.flatten(0, 1).to(like))  # (t^2, C, C')
        if tile == 4:  # (t^2, t^2) and (m^2, t^2)
            self.register_buffer('data',
                                 torch.kron(_DATA_4, _DATA_4).to(like))
            self.register_buffer('output',
                                 torch.kron(_OUTPUT_4, _OUTPUT_4).to(like))
        self.bias = conv.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve.

        Args:
            x (Tensor): (B, C, H, W).

        Returns:
            Tensor: (B, C', H, W), channels-last.
        """
        m, t = self.tile, self.tile + 2
        batch, _, height, width = x.shape
        rows, columns = -(-height // m), -(-width // m)  # of tiles
        x = F.pad(
            x.permute(0, 2, 3, 1),
            (0, 0, 1, columns * m + 1 - width, 1, rows * m + 1 - height))
        tiles = _data_of_2(x) if m == 2 else _data_of_4(x, self.data)
        y = (tiles @ self.kernel).view(t, t, batch, rows, columns, -1)
        y = _output_of_2(y) if m == 2 else _output_of_4(y, self.output)
        y = y.reshape(batch, rows * m, columns * m, -1)[:, :height, :width]
        if self.bias is not None:
            y = y + self.bias
        return y.permute(0, 3, 1, 2)


def _data_of_2(x: torch.Tensor) -> torch.Tensor:
    """B^T d B of F(2 x 2, 3 x 3): (B, H, W, C) -> (16, tiles, C)."""

    def sums(d: Sequence[torch.Tensor]) -> List[torch.Tensor]:  # B^T d
        return [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]

    return torch.stack([
        tile for rows in sums(x.unfold(1, 4, 2).unbind(-1))
        for tile in sums(rows.unfold(2, 4, 2).unbind(-1))
    ]).flatten(1, 3)


def _output_of_2(y: torch.Tensor) -> torch.Tensor:
    """A^T y A: (4, 4, B, rows, columns, C) -> (B, rows, 2, columns, 2, C)."""

    def sums(y: torch.Tensor) -> List[torch.Tensor]:  # A^T y
        return [y[0] + y[1] + y[2], y[1] - y[2] - y[3]]

    return torch.stack([torch.stack(sums(rows), 3) for rows in sums(y)], 2)


def _data_of_4(x: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """B^T d B of F(4 x 4, 3 x 3): (B, H, W, C) -> (36, tiles, C)."""
    tiles = x.unfold(1, 6, 4).unfold(2, 6, 4).permute(4, 5, 0, 1, 2, 3)
    return (matrix @ tiles.reshape(36, -1)).view(36, -1, x.shape[3])


def _output_of_4(y: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """A^T y A: (6, 6, B, rows, columns, C) -> (B, rows, 4, columns, 4, C)."""
    y = (matrix @ y.reshape(36, -1)).view(4, 4, *y.shape[2:])
    return y.permute(2, 3, 0, 4, 1, 5)


def fits_winograd(conv: nn.Module) -> bool:
    """Whether :class:`WinogradConv2d` can take a layer's place."""
    return is_plain_3x3(conv) and conv.stride == (1, 1)

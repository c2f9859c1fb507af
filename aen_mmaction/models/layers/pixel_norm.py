# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Sequence

import torch
from torch import nn


class PixelNorm(nn.Module):
    """(x - mean) / std of each colour, for a backbone that wants it so.

    Args:
        mean (Sequence[float]): Of R, G, B, in [0, 1].
        std (Sequence[float]): Of R, G, B, in [0, 1].
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        for name, values in dict(mean=mean, std=std).items():
            if len(values) != 3 or max(values) > 1:
                raise ValueError(f'{name}: expected 3 values in [0, 1], got '
                                 f'{tuple(values)}')
            self.register_buffer(
                name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(..., 3, H, W) -> the same shape."""
        return (x - self.mean) / self.std

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Optional

import torch
import torch.nn.functional as F


def attention_in_float32(query: torch.Tensor,
                         key: torch.Tensor,
                         value: torch.Tensor,
                         scale: Optional[float] = None) -> torch.Tensor:
    """``softmax(scale Q K^T) V`` by the fused kernel, whatever autocast says.

    In float32, or in float64 if the query is.

    Args:
        query (Tensor): (N, ..., S', d).
        key (Tensor): (N, ..., S, d).
        value (Tensor): (N, ..., S, d').
        scale (float, optional): Defaults to ``d ** -0.5``.

    Returns:
        Tensor: (N, ..., S', d') in the dtype of ``query``.
    """
    device = 'cuda' if query.is_cuda else 'cpu'  # autocast knows no 'meta'
    dtype = torch.promote_types(query.dtype, torch.float32)
    with torch.autocast(device, enabled=False):
        mixed = F.scaled_dot_product_attention(
            query.to(dtype), key.to(dtype), value.to(dtype), scale=scale)
    return mixed.to(query.dtype)

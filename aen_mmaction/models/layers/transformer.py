# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Pre-norm transformer block, shared by temporal and spatial attention."""
import torch
import torch.nn.functional as F
from torch import nn

from .attention import attention_in_float32


class SelfAttention(nn.Module):
    """Multi-head self-attention with a head width free of the model width.

    Args:
        dim (int): Width of the tokens, in and out.
        num_heads (int): Number of heads.
        head_dim (int): Width of one head; scores are scaled by
            ``head_dim ** -0.5``.
    """

    def __init__(self, dim: int, num_heads: int, head_dim: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.qkv = nn.Linear(dim, 3 * num_heads * head_dim, bias=False)
        self.out = nn.Linear(num_heads * head_dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Let every token look at every token.

        Args:
            x (Tensor): ``(N, S, dim)``, S tokens of any kind.

        Returns:
            Tensor: ``(N, S, dim)``.
        """
        # (N, S, 3 * heads * d) -> 3 x (N, heads, S, d)
        qkv = self.qkv(x).unflatten(-1, (3, self.num_heads, -1))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        return self._attend(q, k, v)

    def first(self, x: torch.Tensor) -> torch.Tensor:
        """The first token of :meth:`forward`, the others not computed.

        Args:
            x (Tensor): ``(N, S, dim)``.

        Returns:
            Tensor: ``(N, 1, dim)``.
        """
        inner = self.out.in_features
        query, key_value = self.qkv.weight.split((inner, 2 * inner))
        q = F.linear(x[:, :1], query).unflatten(-1, (self.num_heads, -1))
        kv = F.linear(x, key_value).unflatten(-1, (2, self.num_heads, -1))
        return self._attend(q.transpose(1, 2), *kv.permute(2, 0, 3, 1, 4))

    def _attend(self, q: torch.Tensor, k: torch.Tensor,
                v: torch.Tensor) -> torch.Tensor:
        """(N, heads, S', d) queries of S tokens -> (N, S', dim)."""
        attend = F.scaled_dot_product_attention
        if q.requires_grad and (q.device.type, q.dtype) == (
                'cpu', torch.bfloat16):  # whose backward is slow there
            attend = attention_in_float32
        y = attend(q, k, v)
        return self.out(y.transpose(1, 2).flatten(2))


class TransformerBlock(nn.Module):
    """Pre-norm transformer block: attention, then an MLP, both residual.

    .. code-block:: text

        x -> x + Attention(LayerNorm(x)) -> x + MLP(LayerNorm(x))

    There is no dropout and no norm after the last addition.

    Args:
        dim (int): Width of the tokens.
        num_heads (int): Number of heads. Defaults to 8.
        head_dim (int): Width of one head. Defaults to 64.
        mlp_dim (int): Hidden width of the MLP. Defaults to 1024.

    Source: the block of Former-DFER's two transformers (the temporal one has
    these defaults, the spatial one dim 256, head width 32, MLP 512).
    """

    def __init__(self,
                 dim: int,
                 num_heads: int = 8,
                 head_dim: int = 64,
                 mlp_dim: int = 1024) -> None:
        super().__init__()
        self.dim = dim
        self.attn_norm = nn.LayerNorm(dim)
        self.attn = SelfAttention(dim, num_heads, head_dim)
        self.mlp_norm = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(
            nn.Linear(dim, mlp_dim), nn.GELU(approximate='tanh'),
            nn.Linear(mlp_dim, dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Refine S tokens.

        Args:
            x (Tensor): ``(N, S, dim)``, N sequences of S tokens.

        Returns:
            Tensor: ``(N, S, dim)``.

        Raises:
            ValueError: If the input is not ``(N, S, dim)``.
        """
        if x.ndim != 3 or x.shape[-1] != self.dim:
            raise ValueError('TransformerBlock: expected tokens of shape '
                             f'(N, S, {self.dim}), got {tuple(x.shape)}')
        x = x + self.attn(self.attn_norm(x))
        return x + self.mlp(self.mlp_norm(x))

    def first(self, x: torch.Tensor) -> torch.Tensor:
        """The first token of :meth:`forward`, the others not refined.

        Args:
            x (Tensor): ``(N, S, dim)``.

        Returns:
            Tensor: ``(N, dim)``.
        """
        y = x[:, :1] + self.attn.first(self.attn_norm(x))
        return (y + self.mlp(self.mlp_norm(y)))[:, 0]

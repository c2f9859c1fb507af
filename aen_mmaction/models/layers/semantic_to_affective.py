# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Semantic-to-affective converter (S2AC), AEN Eq. 1."""
import torch
from torch import nn

from .attention import attention_in_float32


class SemanticToAffectiveConverter(nn.Module):
    r"""Turn the affective feature of one level into that of the next.

    .. math::
        F_a = W_2\, \rho\big(W_1 F_{a-1} V^T / \sqrt{C}\big)\, V
        \;[+\; R\, F_{a-1}]

    with V the clip feature of the semantic level that affective level a
    looks at (width C), :math:`\rho` the softmax and R the residual map:

    .. code-block:: text

        F (N,in_dim) -W_1-> q (N,C);  A = softmax(q V^T / sqrt(C)) (N,C,C)
        y = A V (N,C)  -W_2->  + R F  ->  (N,C)

    Args:
        in_dim (int): Width of F_{a-1}.
        level_dim (int): C, the width of V and of the output.
        residual (bool): Add R F_{a-1}: a linear map where the widths differ,
            else the identity. Defaults to True.
        softmax_dim (int): -1, each row of A sums to 1 (as the paper says), or
            -2, each column does (as the released code does).

    Raises:
        ValueError: If ``softmax_dim`` is neither -1 nor -2.

    Source: AEN Eq. 1. *Deviation*: the paper prints no residual. Without it
    the output depends on V only as an unordered bag of values (permuting V's
    channels changes nothing) and the emotion head on it fails to train;
    ``residual=False`` is the printed equation.
    """

    def __init__(self,
                 in_dim: int,
                 level_dim: int,
                 residual: bool = True,
                 softmax_dim: int = -1) -> None:
        super().__init__()
        if softmax_dim not in (-1, -2):
            raise ValueError('softmax_dim: expected -1 (rows) or -2 '
                             f'(columns), got {softmax_dim!r}')
        self.in_dim = in_dim
        self.level_dim = level_dim
        self.softmax_dim = softmax_dim
        self.query = nn.Linear(in_dim, level_dim)  # W_1
        self.out = nn.Linear(level_dim, level_dim)  # W_2
        self.shortcut = None  # R
        if residual:
            self.shortcut = nn.Identity() if in_dim == level_dim else (
                nn.Linear(in_dim, level_dim))

    def forward(self, affective: torch.Tensor,
                semantic: torch.Tensor) -> torch.Tensor:
        """Convert.

        Args:
            affective (Tensor): ``(N, in_dim)``, F_{a-1}.
            semantic (Tensor): ``(N, level_dim)``, V.

        Returns:
            Tensor: ``(N, level_dim)``, F_a.

        Raises:
            ValueError: If a shape is another, or N differs.
        """
        num_clips = affective.shape[0]  # not len(): free in an export
        for name, feat, width in (('affective', affective, self.in_dim),
                                  ('semantic', semantic, self.level_dim)):
            if feat.shape != (num_clips, width):
                raise ValueError(
                    f'SemanticToAffectiveConverter: {name} feature: expected '
                    f'shape (N={num_clips}, {width}), got '
                    f'{tuple(feat.shape)}')
        query = self.query(affective)
        mixed = (_attend_rows if self.softmax_dim == -1 else _attend_columns)(
            query.unsqueeze(-1), semantic.to(query.dtype).unsqueeze(-1))
        out = self.out(mixed.squeeze(-1))
        return out if self.shortcut is None else (
            out + self.shortcut(affective))


def _attend_rows(query: torch.Tensor, semantic: torch.Tensor) -> torch.Tensor:
    """(N, C, 1) twice -> A V (N, C, 1), the rows of A summing to 1.

    C queries of width 1 attend to C keys of width 1, so that the fused
    kernel of attention does it without ever writing A (N, C, C).
    """
    return attention_in_float32(
        query, semantic, semantic, scale=semantic.shape[1]**-0.5)


def _attend_columns(query: torch.Tensor,
                    semantic: torch.Tensor) -> torch.Tensor:
    """(N, C, 1) twice -> A V (N, C, 1), the columns of A summing to 1."""
    scores = query @ semantic.transpose(1, 2) / semantic.shape[1]**0.5
    return scores.softmax(-2).to(semantic) @ semantic

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Class weights from the number of clips of each class."""
from typing import Optional, Sequence, Union

import torch
from torch import nn

from aen_mmaction.checks import check_option


def inverse_weights(counts: torch.Tensor) -> torch.Tensor:
    r"""Weights in proportion to 1 / n_k.

    Scaled so that the mean weight of all clips is 1,
    :math:`\sum_k n_k w_k = \sum_k n_k`: the loss keeps its size beside other
    terms. A class without a clip gets the weight 0.

    Args:
        counts (Tensor): ``(K,)`` clips of each class, n_k.

    Returns:
        Tensor: float32 ``(K,)``.

    Example:
        >>> inverse_weights(torch.tensor([30, 10])).tolist()
        [0.6666666865348816, 2.0]
    """
    return _scaled(counts, counts.double())


def effective_number_weights(counts: torch.Tensor,
                             beta: float = 0.999) -> torch.Tensor:
    r"""Weights in proportion to 1 / E_k, the effective number of clips.

    .. math:: E_k = \frac{1 - \beta^{n_k}}{1 - \beta}

    beta = 0 gives equal weights, beta -> 1 :func:`inverse_weights`, with
    whose scale.

    Args:
        counts (Tensor): ``(K,)`` clips of each class, n_k.
        beta (float): In 0..1, below 1. Defaults to 0.999.

    Returns:
        Tensor: float32 ``(K,)``.

    Raises:
        ValueError: If beta is outside.

    Source: Cui et al., "Class-Balanced Loss Based on Effective Number of
    Samples", CVPR 2019, Eq. 2. *Deviation*: they scale the weights to sum to
    K.
    """
    if not 0 <= beta < 1:
        raise ValueError(f'beta: expected 0 <= beta < 1, got {beta}')
    return _scaled(counts, (1 - beta**counts.double()) / (1 - beta))


SCHEMES = dict(inverse=inverse_weights, effective=effective_number_weights)


def _scaled(counts: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    weights = torch.where(counts > 0, 1 / numbers, torch.zeros_like(numbers))
    return (weights * counts.sum() / (weights * counts).sum()).float()


class ClassWeights(nn.Module):
    """A loss's class weights: none, given, or computed from the split.

    Args:
        weights (str | Sequence[float], optional): ``'inverse'`` or
            ``'effective'``, which ``ClassWeightHook`` computes before
            training; or K numbers; None for no weights. They are not part of
            checkpoints.

    Raises:
        ValueError: If the name is unknown.
    """

    def __init__(
            self,
            weights: Union[str, Sequence[float], None] = None) -> None:
        super().__init__()
        self.scheme = weights if isinstance(weights, str) else None
        if self.scheme is not None:
            check_option('class_weights', self.scheme, tuple(SCHEMES))
            weights = None
        self.values = None if weights is None else torch.tensor(
            weights, dtype=torch.float32)

    def fit(self, counts: torch.Tensor) -> torch.Tensor:
        """Compute the weights (K,) from the clips of each class (K,)."""
        self.values = SCHEMES[self.scheme](counts)
        return self.values

    def forward(self) -> Optional[torch.Tensor]:
        """The weights (K,), or None.

        Raises:
            ValueError: If they were never computed.
        """
        if self.scheme is not None and self.values is None:
            raise ValueError(
                f'class_weights={self.scheme!r}: expected weights computed '
                "from the training split, found none. Put dict(type="
                "'ClassWeightHook') into custom_hooks, or give numbers.")
        return self.values

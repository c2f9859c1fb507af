# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Sequence

import torch


def gradient_shares(losses: Dict[str, torch.Tensor],
                    maps: Sequence[torch.Tensor]) -> Dict[str, torch.Tensor]:
    """Share of each loss term in the gradient that reaches the backbone.

    The gradient of each term with respect to the backbone's stage maps is
    taken, its L2 norm over all maps divided by the sum of these norms. This
    costs a backward pass through neck and head per term, none through the
    backbone.

    Args:
        losses (dict[str, Tensor]): Weighted terms; scalars whose key starts
            with ``loss_`` are looked at.
        maps (Sequence[Tensor]): Stage maps the terms were computed from,
            asking for gradients.

    Returns:
        dict[str, Tensor]: ``grad_share_<term>`` in 0..1, summing to 1 (0 for
        all where no term has a gradient). The keys do not contain "loss", so
        that mmengine does not add them to the objective.
    """
    terms = {k: v for k, v in losses.items() if k.startswith('loss_')}
    norms = {}
    for key, term in terms.items():
        grads = ()
        if term.requires_grad:
            grads = torch.autograd.grad(
                term, maps, retain_graph=True, allow_unused=True)
        squares = [g.float().pow(2).sum() for g in grads if g is not None]
        norms[key] = sum(squares, torch.zeros_like(term)).sqrt()
    total = sum(norms.values()).clamp(min=torch.finfo(torch.float32).tiny)
    return {
        key.replace('loss_', 'grad_share_'): norm / total
        for key, norm in norms.items()
    }

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The share alpha of the local classifiers, varied at test only."""
from typing import Dict, List, Sequence

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader, Dataset

from ..evaluation import calculate
from ..models.losses import mixed_probabilities
from ..models.recognizers import DFERRecognizer

ALPHAS = tuple(np.linspace(0, 1, 11).round(1).tolist())


@torch.no_grad()
def alpha_curve(model: DFERRecognizer,
                dataset: Dataset,
                alphas: Sequence[float] = ALPHAS,
                batch_size: int = 8) -> Dict[str, List[float]]:
    """WAR of a trained AEN over alpha in Eq. 3 at test, weights unchanged.

    The paper's Figure 3 also trains with each alpha; this does not. Picking
    alpha by this curve is picking it on the test set.

    Args:
        model (DFERRecognizer): With an ``S2ACHead``, in eval mode.
        dataset (Dataset): In test mode.
        alphas (Sequence[float]): Shares, 0..1. Defaults to 0, 0.1 .. 1.
        batch_size (int): Clips at a time. Defaults to 8.

    Returns:
        dict[str, list[float]]: ``alpha`` and, in percent, ``WAR``, ``UAR``,
        ``WAR3`` and ``UAR3``.

    Raises:
        ValueError: If the head has no local and global classifiers to mix.
    """
    head = model.cls_head
    if not hasattr(head, 'test_alpha'):
        raise ValueError('alpha mixes the classifiers of an S2ACHead, got '
                         f'{type(head).__name__}')
    local, glob, target = [], [], []
    for batch in DataLoader(dataset, batch_size, collate_fn=pseudo_collate):
        data = model.data_preprocessor(batch, False)
        logits = head(model.extract_feat(data['inputs'])[0])
        local.append(logits.emotion_logits)
        glob.append(logits.global_logits)
        target += [int(s.gt_label) for s in data['data_samples']]
    pair = torch.cat(local), torch.cat(glob)
    curve: Dict[str, List[float]] = dict(alpha=list(alphas))
    for alpha in alphas:
        pred = mixed_probabilities(*pair, alpha).argmax(-1).cpu().numpy()
        found = calculate(pred, target, head.hierarchy)
        for name in ('WAR', 'UAR', 'WAR3', 'UAR3'):
            curve.setdefault(name, []).append(found[name])
    return curve

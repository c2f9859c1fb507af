# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The share alpha of the local classifiers, varied at test only.

The clips go through the model once, then its classifiers are mixed with each
alpha (Eq. 3). The paper's Figure 3 also trains with each alpha; this does
not. Picking alpha by this curve is picking it on the test set.
"""
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader, Dataset

from ..evaluation.runs import TestRun
from ..evaluation.tables import Table
from ..models.recognizers import DFERRecognizer
from .run_results import RATES, over_seeds

ALPHAS = tuple(np.linspace(0, 1, 11).round(1).tolist())


@torch.no_grad()
def alpha_tests(model: DFERRecognizer,
                dataset: Dataset,
                alphas: Sequence[float] = ALPHAS,
                batch_size: int = 8) -> Dict[float, TestRun]:
    """Test a trained AEN with several alpha, weights unchanged.

    Args:
        model (DFERRecognizer): With an ``S2ACHead``, in eval mode.
        dataset (Dataset): In test mode.
        alphas (Sequence[float]): Shares, 0..1. Defaults to 0, 0.1 .. 1.
        batch_size (int): Clips at a time. Defaults to 8.

    Returns:
        dict[float, TestRun]: A test for each alpha.

    Raises:
        ValueError: If the head has no local and global classifiers to mix,
            or an alpha is not in 0..1.
    """
    head = model.cls_head
    if not hasattr(head, 'test_alpha'):
        raise ValueError('alpha mixes the classifiers of an S2ACHead, got '
                         f'{type(head).__name__}')
    wrong = [alpha for alpha in alphas if not 0 <= alpha <= 1]
    if wrong:
        raise ValueError(f'alpha: expected 0 to 1, got {wrong}')
    before = head.test_alpha
    scores: Dict[float, List[np.ndarray]] = {alpha: [] for alpha in alphas}
    ids, target = [], []
    for batch in DataLoader(dataset, batch_size, collate_fn=pseudo_collate):
        data = model.data_preprocessor(batch, False)
        logits = head(model.extract_feat(data['inputs'])[0])
        for alpha in alphas:
            head.test_alpha = alpha
            scores[alpha].append(
                head.scores(logits)['pred_score'].cpu().numpy())
        ids += [sample.clip_id for sample in data['data_samples']]
        target += [int(sample.gt_label) for sample in data['data_samples']]
    head.test_alpha = before
    tests = {}
    for alpha, rows in scores.items():
        probs = np.concatenate(rows)
        tests[alpha] = TestRun(
            Path(f'alpha_{alpha:g}'), head.hierarchy, tuple(ids),
            np.array(target), probs.argmax(1), probs, {})
    return tests


def alpha_curve(model: DFERRecognizer,
                dataset: Dataset,
                alphas: Sequence[float] = ALPHAS,
                batch_size: int = 8) -> Dict[str, List[float]]:
    """WAR of a trained AEN over alpha; arguments of :func:`alpha_tests`.

    Returns:
        dict[str, list[float]]: ``alpha`` and, in percent, ``WAR``, ``UAR``,
        ``WAR3`` and ``UAR3``.
    """
    tests = alpha_tests(model, dataset, alphas, batch_size)
    found = [test.metrics() for test in tests.values()]
    return dict(
        alpha=list(alphas), **{name: [one[name] for one in found]
                               for name in RATES})


def alpha_table(trainings: Sequence[Dict[float, TestRun]]) -> Table:
    """Rates at each alpha.

    Args:
        trainings (Sequence[dict]): Of one or several trainings (seeds), each
            as :func:`alpha_tests` gives it, tested on the same clips.

    Returns:
        Table: alpha and, for each rate, mean, standard deviation over the
        trainings and 95 % bootstrap interval over clips.
    """
    header = ['alpha', *(f'{rate}{part}' for rate in RATES
                         for part in ('', ' sd', ' low', ' high'))]
    rows = []
    for alpha in trainings[0]:
        rates = over_seeds([tests[alpha] for tests in trainings])
        rows.append([f'{alpha:g}', *(x for r in RATES for x in rates[r])])
    return Table(header, rows, [
        'Percent. alpha is the share of the local classifiers in the '
        'prediction (Eq. 3), changed at test only: 0 is the global '
        f'classifier alone. Mean over {len(trainings)} training(s), standard '
        'deviation over them, 95 % bootstrap interval over clips.'
    ])

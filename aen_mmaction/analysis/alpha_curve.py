# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""AEN tested with other shares alpha of its local classifiers (Figure 3).

Without training again: the clips go through the model once, then the two
classifiers are mixed (Eq. 3) with each alpha. The alpha of a result is fixed
beforehand (the paper's is 0.7); one picked on the test clips is no result.
"""
from typing import Dict, List, Sequence

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from ..evaluation.runs import TestRun
from ..evaluation.tables import Table
from ..models.structures import ClipFeatures
from .run_results import RATES, over_seeds
from .work_dir import build_test_set, load_recognizer

ALPHAS = tuple(step / 10 for step in range(11))


@torch.no_grad()
def test_with_alphas(cfg: Config,
                     checkpoint: str,
                     alphas: Sequence[float] = ALPHAS,
                     batch_size: int = 16) -> Dict[float, TestRun]:
    """Test one checkpoint with several alpha.

    Args:
        cfg (Config): Of a recognizer with an ``S2ACHead``.
        checkpoint (str): Its weights.
        alphas (Sequence[float]): Shares of the local classifiers, 0 to 1.
        batch_size (int): Clips at a time.

    Returns:
        dict[float, TestRun]: One test for each alpha.

    Raises:
        ValueError: If the head has no alpha, or one is not in 0 to 1.
    """
    model, dataset = load_recognizer(cfg, checkpoint), build_test_set(cfg)
    head = model.cls_head
    if not hasattr(head, 'test_alpha'):
        raise ValueError(f'{type(head).__name__} has no alpha: expected a '
                         'config with an S2ACHead')
    wrong = [alpha for alpha in alphas if not 0 <= alpha <= 1]
    if wrong:
        raise ValueError(f'alpha: expected 0 to 1, got {wrong}')
    ids, target = [], []
    scores: Dict[float, List[np.ndarray]] = {alpha: [] for alpha in alphas}
    for batch in DataLoader(dataset, batch_size, collate_fn=pseudo_collate):
        data = model.data_preprocessor(batch)
        feats: ClipFeatures = model.extract_feat(data['inputs'])[0]
        for alpha in alphas:
            head.test_alpha = alpha
            scores[alpha].append(head.scores(feats)['pred_score'].numpy())
        ids += [sample.clip_id for sample in data['data_samples']]
        target += [int(sample.gt_label) for sample in data['data_samples']]
    return {
        alpha: _as_test(checkpoint, head.hierarchy, ids, target,
                        np.concatenate(rows))
        for alpha, rows in scores.items()
    }


test_with_alphas.__test__ = False  # no test case, whatever its name


def _as_test(checkpoint, hierarchy, ids, target, scores) -> TestRun:
    return TestRun(checkpoint, hierarchy, tuple(ids), np.array(target),
                   scores.argmax(1), scores, {})


def alpha_table(runs: Sequence[Dict[float, TestRun]]) -> Table:
    """Rates at each alpha.

    Args:
        runs (Sequence[dict]): Of one or several trainings (seeds), each as
            :func:`test_with_alphas` gives it, tested on the same clips.

    Returns:
        Table: alpha and, for each rate, mean, standard deviation over the
        trainings and 95 % bootstrap interval over clips.
    """
    header = ['alpha']
    header += [f'{rate}{part}' for rate in RATES
               for part in ('', ' sd', ' low', ' high')]
    rows = []
    for alpha in runs[0]:
        rates = over_seeds([run[alpha] for run in runs])
        rows.append([f'{alpha:g}', *(x for r in RATES for x in rates[r])])
    return Table(header, rows, [
        'Percent. alpha is the share of the local classifiers in the '
        'prediction (Eq. 3), changed at test only: 0 is the global '
        f'classifier alone. Mean over {len(runs)} training(s), standard '
        'deviation over them, 95 % bootstrap interval over clips.'
    ])

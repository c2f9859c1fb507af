# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Test runs on disk, as DFERMetric writes them."""
from pathlib import Path

import pytest
import torch

from aen_mmaction.evaluation import DFERMetric

CLASSES = ('happy', 'sad', 'neutral', 'angry', 'surprise', 'disgust', 'fear')


@pytest.fixture
def write_run(tmp_path, monkeypatch):
    """Function ``write_run(name, target, pred, ids=None, classes=CLASSES)``.

    Predicted classes get a probability of 0.4 to 0.9; pictures are left out,
    drawing takes longest. Returns the folder.
    """
    monkeypatch.setattr(
        'aen_mmaction.evaluation.dfer_metric.write_confusion_matrix',
        lambda *args: None)

    def write(name, target, pred, ids=None, classes=CLASSES):
        folder = Path(tmp_path) / name
        metric = DFERMetric(classes=classes, out_dir=str(folder))
        rows = []
        ids = ids or [f'{i:05d}' for i in range(len(target))]
        for i, (label, guess) in enumerate(zip(target, pred)):
            top = .4 + .5 * (i % 6) / 5
            score = torch.full((len(classes), ), (1 - top) /
                               (len(classes) - 1))
            score[guess] = top
            rows.append(
                dict(
                    clip_id=ids[i],
                    gt_label=torch.tensor([label]),
                    pred_label=torch.tensor([guess]),
                    pred_score=score))
        metric.process({}, rows)
        metric.compute_metrics(metric.results)
        return folder

    return write

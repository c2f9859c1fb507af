# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The one-line switches against class imbalance, in a real run."""
import pytest

from .conftest import scalars


def test_sampler_class_weights_and_soft_labels(tiny):
    openpyxl = pytest.importorskip('openpyxl')
    book = openpyxl.Workbook()
    book.active.append(['happy', 'sad', 'neutral', 'angry', 'surprise',
                        'disgust', 'fear', 'clip_name'])
    for i in range(1, 13):  # as the list: clip i has the label i % 7, 0-based
        votes = [1] * 7
        votes[i % 7] = 4
        book.active.append([*votes, i])
    book.save(tiny.data / 'annotation.xlsx')
    tool = tiny.run(
        'train',
        'balanced', {
            'train_dataloader.sampler.type': 'SquareRootSampler',
            'train_dataloader.dataset.soft_labels': 'annotation.xlsx',
            'model.cls_head.loss_mc.class_weights': 'effective'
        },
        validate=False)
    rows = scalars(tool.work_dir)
    assert "class_weights='effective': happy 1." in tool.output
    assert 'count twice' in tool.output  # sampler and weights together
    assert len(rows) == 3 and all(0 < row['loss_mc'] < 20 for row in rows)

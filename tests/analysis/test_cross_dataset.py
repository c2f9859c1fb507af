# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from aen_mmaction.analysis.cross_dataset import (cross_tables, cross_test,
                                                 foreign_test_set)

from .conftest import AEN


class Model:
    """Probabilities of clip i are row i of ``scores``."""

    def __init__(self, scores):
        self.scores = torch.tensor(scores, dtype=torch.float)

    def test_step(self, batch):
        return [SimpleNamespace(pred_score=self.scores[int(s.clip_id)])
                for s in batch['data_samples']]


@pytest.mark.parametrize('batch_size', [1, 2, 9])
def test_classes_by_name_others_left_out(memory_set, batch_size):
    """Model: happy, calm, sad. Data: sad, happy, fear, by other names."""
    data = memory_set([0, 1, 2, 0], ('Sadness', 'Happiness', 'Fear'))
    model = Model([[.1, .7, .2],  # calm is struck out: sad, right
                   [.4, .1, .5],  # sad, wrong
                   [1, 0, 0],  # fear: left out
                   [.1, 0, .9]])  # sad, right
    found = cross_test(model, ('happy', 'calm', 'sad'), data, batch_size)
    assert found.classes == ('sad', 'happy') and found.num_clips == 3
    assert found.only_model == ('calm', )
    assert found.only_data == {'Fear': 1}
    assert found.metrics['WAR'] == pytest.approx(200 / 3)
    assert found.metrics['recall_sad'] == 100
    assert found.metrics['recall_happy'] == 0
    assert found.left_out() == 'Fear (1 clips), answer calm'


def test_same_classes_leave_nothing_out(memory_set):
    names = ('happy', 'sad')
    found = cross_test(Model([[1, 0], [1, 0]]), names,
                       memory_set([0, 1], names))
    assert found.left_out() == '' and found.metrics['WAR'] == 50


def test_nothing_to_test(memory_set):
    model = Model([[1, 0]])
    with pytest.raises(ValueError, match='at least two classes in common'):
        cross_test(model, ('happy', 'sad'), memory_set([0], ('calm', 'sad')))
    with pytest.raises(ValueError, match='no clip of'):
        cross_test(model, ('happy', 'sad'),
                   memory_set([2], ('happy', 'sad', 'fear')))


def test_a_joint_set_as_the_model_sees_it(saved, tmp_path):
    """The model looks at 2 x 2 frames of 32 px, the other at 8 x 2 of 112."""
    own, _ = saved()
    other = Config.fromfile(AEN)
    part = {**own.test_dataloader.dataset,
            'pipeline': other.test_dataloader.dataset.pipeline}
    other.test_dataloader.dataset = dict(
        type='JointDataset', datasets=[part, part])
    before = other.pretty_text
    dataset = foreign_test_set(own, other)
    assert len(dataset) == 2 * 3
    assert dataset[5]['inputs'].shape == (4, 3, 32, 32)
    assert other.pretty_text == before


def test_tables(memory_set):
    names = ('happy', 'sad')
    cell = cross_test(Model([[1, 0], [1, 0], [1, 0]]), names,
                      memory_set([0, 0, 1], names))
    matrix, full = cross_tables({('A', 'A'): cell, ('A', 'B'): cell,
                                 ('B', 'B'): cell})
    assert matrix.header == ('trained on, tested on:', 'A', 'B')
    assert matrix.rows == [['A', '50.00 / 66.67', '50.00 / 66.67'],
                           ['B', '-', '50.00 / 66.67']]
    assert full.rows[1][:5] == ['A', 'B', 2, 3, 'nothing']

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.losses import (ClassWeights, effective_number_weights,
                                        inverse_weights)

COUNTS = torch.tensor([1956, 1515, 2135, 1738, 1175, 116, 721])


def test_inverse_by_hand():
    # 1/30, 1/10 times 40 clips / (30 * 1/30 + 10 * 1/10) = 20
    found = inverse_weights(torch.tensor([30, 10]))
    torch.testing.assert_close(found, torch.tensor([2 / 3, 2.]))


def test_effective_number_by_hand():
    # beta = .5: E = (1 - .5^1) / .5 = 1 and (1 - .5^2) / .5 = 1.5; weights
    # 1 and 2/3, times 3 clips / (1 * 1 + 2 * 2/3) = 9/7
    found = effective_number_weights(torch.tensor([1, 2]), beta=.5)
    torch.testing.assert_close(found, torch.tensor([9 / 7, 6 / 7]))


@pytest.mark.parametrize('function',
                         [inverse_weights, effective_number_weights])
def test_mean_weight_of_the_clips_is_one(function):
    weights = function(COUNTS)
    torch.testing.assert_close((weights * COUNTS).sum() / COUNTS.sum(),
                               torch.tensor(1.))
    assert (weights.argsort() == COUNTS.argsort(descending=True)).all()


def test_limits_of_beta():
    torch.testing.assert_close(
        effective_number_weights(COUNTS, beta=0.), torch.ones(7))
    torch.testing.assert_close(
        effective_number_weights(COUNTS, beta=1 - 1e-9),
        inverse_weights(COUNTS), rtol=1e-4, atol=0)
    with pytest.raises(ValueError, match='0 <= beta < 1, got 1'):
        effective_number_weights(COUNTS, beta=1)


def test_class_without_clips_weighs_nothing():
    assert inverse_weights(torch.tensor([5, 0, 5])).tolist() == [1, 0, 1]


def test_weights_that_were_never_computed():
    with pytest.raises(ValueError, match="'inverse'.*ClassWeightHook"):
        ClassWeights('inverse')()


def test_unknown_scheme():
    with pytest.raises(ValueError, match="one of .*'inverse', 'effective'"):
        ClassWeights('balanced')

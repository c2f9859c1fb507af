# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch

from aen_mmaction.models.weights import weight_faults


def weights(**shapes):
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


def test_every_kind_of_fault():
    wanted = weights(a=2, b=(2, 3), c=1)
    assert weight_faults(weights(a=2, b=(2, 3), c=1), wanted) == ''
    assert weight_faults(weights(d=1, c=1, b=(3, 2)), wanted) == (
        '1 missing: a; 1 left over: d; '
        '1 of another shape: b: (3, 2) instead of (2, 3)')


def test_long_lists_are_cut():
    wanted = weights(**{f'w{i}': 1 for i in range(8)})
    assert weight_faults({}, wanted) == (
        '8 missing: w0, w1, w2, w3, w4, w5, ...')
    del wanted['w6'], wanted['w7']
    assert weight_faults({}, wanted) == '6 missing: w0, w1, w2, w3, w4, w5'

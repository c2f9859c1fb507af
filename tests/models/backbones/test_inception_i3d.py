# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.backbones import InceptionI3D


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def test_size_and_maps_of_the_published_network():
    with torch.device('meta'):
        model = InceptionI3D(out_indices=(0, 1, 2))
        maps = model(torch.empty(2, 3, 16, 112, 112))
    assert [tuple(m.shape) for m in maps] == [(2, 480, 8, 14, 14),
                                              (2, 832, 4, 7, 7),
                                              (2, 1024, 2, 4, 4)]
    head = 1024 * 7 + 7
    assert (parameters(model) + head) / 1e6 == pytest.approx(12.29, abs=.005)


def test_one_block_by_hand():
    """Weights of a block: sum over branches of k^3 C_in C_out, norms 2 C."""
    with torch.device('meta'):
        block = InceptionI3D().stages[0][0]
    weights = (192 * 64 + 192 * 96 + 27 * 96 * 128 + 192 * 16 + 27 * 16 * 32 +
               192 * 32)
    norms = 2 * (64 + 96 + 128 + 16 + 32 + 32)
    assert parameters(block) == weights + norms
    assert block.out_channels == 64 + 128 + 32 + 32


def test_trains_on_a_small_clip():
    model = InceptionI3D()
    model.init_weights()
    out = model(torch.randn(2, 3, 4, 64, 64))  # one map, not in a tuple
    assert tuple(out.shape) == (2, 1024, 1, 2, 2)
    out.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_stages_that_are_not_returned_are_not_built():
    with torch.device('meta'):
        assert len(InceptionI3D(out_indices=(0, )).stages) == 1
    for wrong in ((3, ), ()):
        with pytest.raises(ValueError, match='out_indices.*0, 1, 2'):
            InceptionI3D(out_indices=wrong)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.layers import PixelNorm


def test_each_colour_by_hand():
    norm = PixelNorm(mean=(0.5, 0.25, 0.), std=(0.5, 0.25, 1.))
    x = torch.ones(2, 4, 3, 5, 5)
    out = norm(x)  # (1 - .5) / .5, (1 - .25) / .25, (1 - 0) / 1
    for colour, value in enumerate((1., 3., 1.)):
        assert out[:, :, colour].eq(value).all()
    assert norm.state_dict() == {}


def test_values_of_0_to_255_are_refused():
    with pytest.raises(ValueError, match=r'mean.*\[0, 1\].*123.675'):
        PixelNorm((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))

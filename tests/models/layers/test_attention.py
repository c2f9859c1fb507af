# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.layers.attention import attention_in_float32


def test_by_hand():
    """Scores ln 3 and 0 weigh 3/4 and 1/4: 3/4 * 8 + 1/4 * 4 = 7."""
    query, key = torch.ones(1, 1, 1), torch.tensor([[[3.], [1.]]]).log()
    value = torch.tensor([[[8.], [4.]]])
    found = attention_in_float32(query, key, value)
    assert found.item() == pytest.approx(7)
    key = torch.tensor([[[3.], [1.]]], dtype=torch.float64).log()
    found = attention_in_float32(query.double(), key, value.double())
    assert found.item() == pytest.approx(7, abs=1e-14)
    # scale 2: 9 / 10 and 1 / 10
    found = attention_in_float32(query, key, value, scale=2.)
    assert found.item() == pytest.approx(7.6)


@pytest.mark.parametrize('num', [1, 3, 7])
def test_inside_autocast_it_rounds_only_at_the_end(num):
    torch.manual_seed(0)
    q, k, v = (torch.randn(num, 2, 5, 4).bfloat16() for _ in range(3))
    scores = q.double() @ k.double().transpose(-1, -2) / 2
    expected = scores.softmax(-1) @ v.double()
    with torch.autocast('cpu', torch.bfloat16):
        found = attention_in_float32(q, k, v)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.double(), expected, rtol=2**-8, atol=1e-6)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from torch import nn

from aen_mmaction.models.layers import (SelfAttention, TransformerBlock,
                                        transformer)
from aen_mmaction.models.layers.attention import attention_in_float32


def _reference(block: TransformerBlock, dim: int, heads: int,
               mlp_dim: int) -> nn.TransformerEncoderLayer:
    """torch's own pre-norm layer with the weights of ``block``.

    They coincide where heads * head_dim == dim and torch's qkv bias is 0.
    """
    ref = nn.TransformerEncoderLayer(
        dim,
        heads,
        mlp_dim,
        dropout=0.,
        activation=nn.GELU(approximate='tanh'),
        norm_first=True,
        batch_first=True)
    pairs = ((ref.self_attn.in_proj_weight, block.attn.qkv.weight),
             (ref.self_attn.out_proj.weight, block.attn.out.weight),
             (ref.self_attn.out_proj.bias, block.attn.out.bias),
             (ref.linear1.weight, block.mlp[0].weight),
             (ref.linear1.bias, block.mlp[0].bias),
             (ref.linear2.weight, block.mlp[2].weight),
             (ref.linear2.bias, block.mlp[2].bias),
             (ref.norm1.weight, block.attn_norm.weight),
             (ref.norm1.bias, block.attn_norm.bias),
             (ref.norm2.weight, block.mlp_norm.weight),
             (ref.norm2.bias, block.mlp_norm.bias))
    with torch.no_grad():
        for theirs, ours in pairs:
            nn.init.normal_(ours, std=0.5)  # norms too: no accidental 1 or 0
            theirs.copy_(ours)
        ref.self_attn.in_proj_bias.zero_()
    return ref


def test_equals_torch_encoder_layer():
    torch.manual_seed(0)
    block = TransformerBlock(16, num_heads=4, head_dim=4, mlp_dim=24)
    ref = _reference(block, 16, 4, 24)
    x = torch.randn(3, 5, 16)
    # float32, two kernels of the same sums: 1e-5 is a few ulp of values ~1
    torch.testing.assert_close(block(x), ref(x), rtol=1e-4, atol=1e-4)


def test_zero_output_maps_leave_identity():
    """x + 0 + 0 = x, so there is no norm after the last addition."""
    block = TransformerBlock(8, num_heads=2, head_dim=3, mlp_dim=6)
    for linear in (block.attn.out, block.mlp[2]):
        nn.init.zeros_(linear.weight)
        nn.init.zeros_(linear.bias)
    x = torch.randn(2, 4, 8)
    assert torch.equal(block(x), x)


def test_parameter_count():
    """As Former-DFER's temporal block: dim 512, 8 heads of 64, MLP 1024."""
    count = sum(p.numel() for p in TransformerBlock(512).parameters())
    attention = 512 * 3 * 512 + 512 * 512 + 512  # qkv without bias, out with
    mlp = 512 * 1024 + 1024 + 1024 * 512 + 512
    assert count == attention + mlp + 2 * 2 * 512  # and two LayerNorms


@pytest.mark.parametrize('num', [1, 3, 7])
def test_clips_do_not_mix(num):
    block = TransformerBlock(8, num_heads=2, head_dim=4, mlp_dim=6)
    x = torch.randn(num, 5, 8)
    alone = torch.cat([block(clip.unsqueeze(0)) for clip in x])
    torch.testing.assert_close(block(x), alone)


def test_permuting_tokens_permutes_output():
    """A block knows no order: positions must come from outside."""
    block = TransformerBlock(8, num_heads=2, head_dim=4, mlp_dim=6)
    x, order = torch.randn(2, 5, 8), [3, 0, 4, 1, 2]
    torch.testing.assert_close(block(x[:, order]), block(x)[:, order])


def test_every_parameter_gets_gradient():
    block = TransformerBlock(8, num_heads=2, head_dim=4, mlp_dim=6)
    block(torch.randn(2, 5, 8)).square().sum().backward()
    for name, param in block.named_parameters():
        assert param.grad is not None and param.grad.abs().sum() > 0, name


@pytest.mark.parametrize('shape', [(2, 8), (2, 5, 9), (2, 5, 1, 8)])
def test_wrong_shape(shape):
    with pytest.raises(ValueError, match=r'expected tokens .*\(N, S, 8'):
        TransformerBlock(8)(torch.zeros(shape))


@pytest.mark.parametrize('num', [1, 3])
def test_first_is_the_first_token_of_forward(num):
    block = TransformerBlock(12, num_heads=2, head_dim=5, mlp_dim=8)
    x = torch.randn(num, 4, 12)
    torch.testing.assert_close(block.first(x), block(x)[:, 0])


@pytest.mark.parametrize('dtype, grad, calls', [
    (torch.bfloat16, True, 1), (torch.bfloat16, False, 0),
    (torch.float32, True, 0), (torch.float64, True, 0)])
def test_attention_in_float32_where_its_gradient_is_slow(
        monkeypatch, dtype, grad, calls):
    seen = []

    def spy(*args):
        seen.append(args)
        return attention_in_float32(*args)

    monkeypatch.setattr(transformer, 'attention_in_float32', spy)
    attention = SelfAttention(8, 2, 4).to(dtype)
    x = torch.randn(3, 5, 8, dtype=dtype)
    with torch.set_grad_enabled(grad):
        y = attention(x)
    assert len(seen) == calls and y.dtype == dtype

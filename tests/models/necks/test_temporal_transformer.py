# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.models.necks import ClipTransformer, LevelTemporalTransformer

BLOCK = dict(depth=2, num_heads=2, head_dim=4, mlp_dim=8)
DIMS = [6, 5, 3]


@pytest.fixture
def neck():
    return LevelTemporalTransformer(DIMS, num_frames=4, **BLOCK)


def frames_of(num, frames=4, dims=DIMS):
    return [torch.randn(num, frames, d) for d in dims]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_clips_do_not_see_each_other(neck, num):
    feats = frames_of(num)
    out = neck(feats)
    assert [tuple(v.shape) for v in out] == [(num, d) for d in DIMS]
    for i in range(num):
        alone = neck([f[i:i + 1] for f in feats])
        for level in range(3):
            torch.testing.assert_close(out[level][i], alone[level][0])


def test_levels_do_not_see_each_other(neck):
    feats = frames_of(2)
    changed = [feats[0].square(), *feats[1:]]
    before, after = neck(feats), neck(changed)
    assert not torch.allclose(before[0], after[0])
    assert all(map(torch.equal, before[1:], after[1:]))


def test_the_order_of_frames_matters(neck):
    feats = frames_of(2)
    out = neck(feats)
    shuffled = neck([f[:, [2, 0, 3, 1]] for f in feats])
    for before, after in zip(out, shuffled):
        assert (before - after).abs().max() > 1e-3


def test_every_frame_matters(neck):
    feats = frames_of(1)
    before = neck(feats)
    for t in range(4):
        changed = [f.clone() for f in feats]
        for f in changed:
            f[:, t, 0] += 1
        for old, new in zip(before, neck(changed)):
            assert not torch.allclose(old, new)


def test_equals_its_definition():
    """Prepend CLS, add positions, run the blocks, take the first token."""
    net = ClipTransformer(6, num_frames=4, **BLOCK)
    x = torch.randn(1, 4, 6)
    tokens = [net.cls_token[0, 0]] + list(x[0])
    y = torch.stack([t + p for t, p in zip(tokens, net.pos_embed[0])])[None]
    for block in net.blocks:
        y = block(y)
    torch.testing.assert_close(net(x), y[:, 0])


def test_no_block_and_no_final_norm_leave_the_class_token():
    net = ClipTransformer(6, num_frames=4, **{**BLOCK, 'depth': 0})
    expected = (net.cls_token + net.pos_embed[:, :1])[0]
    assert torch.equal(net(torch.randn(1, 4, 6)), expected)


@pytest.mark.parametrize('frames, dims', [(5, DIMS), (3, DIMS), (4, [6, 5, 4]),
                                          (4, [6, 5])])
def test_other_frames_or_widths_are_refused(neck, frames, dims):
    with pytest.raises(ValueError) as error:
        neck(frames_of(2, frames, dims))
    assert str([(frames, d) for d in dims]) in str(error.value)
    assert str([(4, d) for d in DIMS]) in str(error.value)


def test_sizes_of_the_paper():
    neck = MODELS.build(
        dict(type='LevelTemporalTransformer', level_dims=[512], num_frames=16))
    attention = 512 * 3 * 512 + 512 * 512 + 512  # qkv, out: 8 heads x 64
    mlp = 512 * 1024 + 1024 + 1024 * 512 + 512
    norms = 2 * 2 * 512
    tokens = 512 + 17 * 512
    assert sum(p.numel() for p in neck.parameters()) == (
        3 * (attention + mlp + norms) + tokens)


def test_every_parameter_gets_a_gradient(neck):
    sum(v.square().sum() for v in neck(frames_of(2))).backward()
    assert [n for n, p in neck.named_parameters()
            if p.grad is None or not p.grad.any()] == []


def test_mean_over_fewer_steps_by_hand():
    net = ClipTransformer(6, num_frames=4, pool='mean', **BLOCK)
    x = torch.randn(2, 3, 6)
    assert net.cls_token is None and net.pos_embed.shape == (1, 4, 6)
    expected = net.blocks(x + net.pos_embed[:, :3])
    torch.testing.assert_close(
        net(x), (expected[:, 0] + expected[:, 1] + expected[:, 2]) / 3)


def test_levels_without_blocks_are_averaged():
    neck = LevelTemporalTransformer(
        [5, 6], num_frames=4, pool='mean', **{**BLOCK, 'depth': (0, 2)})
    low, top = torch.randn(2, 4, 5), torch.randn(2, 3, 6)
    found = neck([low, top])
    torch.testing.assert_close(found[0], low.sum(1) / 4)
    torch.testing.assert_close(found[1], neck.levels[1](top))
    with pytest.raises(ValueError, match=r'\(5, 6\)\] as'):
        neck([low, torch.randn(2, 5, 6)])  # more steps than positions


@pytest.mark.parametrize('options, text', [
    (dict(pool='max'), r"'cls', 'dynamic', 'mean'\), got 'max'"),
    (dict(depth=(1, 2)), r'expected 3 values \(one per level\), got \(1, 2\)'),
])
def test_wrong_options(options, text):
    with pytest.raises(ValueError, match=text):
        LevelTemporalTransformer(DIMS, 4, **options)


def test_lean_is_the_same_vector():
    clip = ClipTransformer(12, 4, 2, num_heads=2, head_dim=5, mlp_dim=8)
    x = torch.randn(3, 4, 12)
    plain = clip(x)
    clip.lean = True
    torch.testing.assert_close(clip(x), plain)


def test_a_dynamic_cls_starts_from_the_change_between_steps():
    neck = LevelTemporalTransformer([6], num_frames=4, pool='dynamic', **BLOCK)
    level = neck.levels[0]
    x = torch.randn(2, 3, 6)  # 3 of 4 steps will do
    change = (x[:, 1] - x[:, 0]).abs() / 2 + (x[:, 2] - x[:, 1]).abs() / 2
    tokens = torch.stack([level.cls_token[0] + change, *x.unbind(1)], 1)
    expected = level.blocks(tokens + level.pos_embed[:, :4])[:, 0]
    torch.testing.assert_close(neck([x])[0], expected)
    still = x[:, :1].expand(-1, 3, -1)  # no change: the learned token alone
    plain = LevelTemporalTransformer([6], num_frames=3, **BLOCK)
    state = neck.state_dict()
    state['levels.0.pos_embed'] = state['levels.0.pos_embed'][:, :4]
    plain.load_state_dict(state)
    torch.testing.assert_close(neck([still])[0], plain([still])[0])

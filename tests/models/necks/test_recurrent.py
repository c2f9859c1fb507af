# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.models.necks import LevelRecurrent

DIMS = [6, 4]


def frames_of(num, frames=5):
    return [torch.randn(num, frames, dim) for dim in DIMS]


def neck_of(**options):
    return LevelRecurrent(DIMS, num_frames=5, **options)


@pytest.mark.parametrize('cell', ['lstm', 'gru'])
@pytest.mark.parametrize('pool', ['last', 'mean'])
@pytest.mark.parametrize('bidirectional', [False, True])
@pytest.mark.parametrize('num', [1, 3, 7])
def test_one_vector_per_clip_and_level(cell, pool, bidirectional, num):
    neck = neck_of(
        cell=cell, pool=pool, bidirectional=bidirectional, num_layers=2)
    feats = frames_of(num)
    out = neck(feats)
    assert [tuple(v.shape) for v in out] == [(num, dim) for dim in DIMS]
    alone = neck([x[:1] for x in feats])
    for together, single in zip(out, alone):
        torch.testing.assert_close(together[:1], single)


def test_the_gru_by_its_equations():
    neck = neck_of(cell='gru')
    x = torch.randn(1, 5, 6)
    gru = neck.levels[0]
    h = torch.zeros(6)
    for step in x[0]:
        a = gru.weight_ih_l0 @ step + gru.bias_ih_l0
        b = gru.weight_hh_l0 @ h + gru.bias_hh_l0
        reset, update = ((a + b)[:12].sigmoid()).split(6)
        new = (a[12:] + reset * b[12:]).tanh()
        h = (1 - update) * new + update * h
    torch.testing.assert_close(neck([x, torch.randn(1, 5, 4)])[0][0], h)


def test_the_lstm_gives_its_last_hidden_state():
    neck = neck_of(cell='lstm')
    feats = frames_of(2)
    steps = neck.levels[1](feats[1])[0]
    torch.testing.assert_close(neck(feats)[1], steps[:, -1])
    mean = LevelRecurrent(DIMS, 5, pool='mean')
    mean.load_state_dict(neck.state_dict())
    torch.testing.assert_close(mean(feats)[1], steps.mean(1))


def test_both_directions_end_where_they_end():
    neck = neck_of(bidirectional=True, num_layers=2)
    feats = frames_of(2)
    steps = neck.levels[0](feats[0])[0]  # (2, 5, 3 forward + 3 backward)
    expected = torch.cat([steps[:, -1, :3], steps[:, 0, 3:]], 1)
    torch.testing.assert_close(neck(feats)[0], expected)


def test_time_matters():
    neck = neck_of()
    feats = frames_of(1)
    assert not torch.allclose(neck(feats)[0],
                              neck([x.flip(1) for x in feats])[0])


def test_wrong_options_and_widths():
    with pytest.raises(ValueError, match="cell.*'lstm', 'gru'.*'rnn'"):
        neck_of(cell='rnn')
    with pytest.raises(ValueError, match="pool.*'last', 'mean'.*'max'"):
        neck_of(pool='max')
    with pytest.raises(ValueError, match=r'even level widths.*\[5\]'):
        LevelRecurrent([4, 5], 3, bidirectional=True)
    with pytest.raises(ValueError, match=r'\[4, 4\], built for \[6, 4\]'):
        neck_of()([torch.randn(1, 5, 4), torch.randn(1, 5, 4)])

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch
from torch import nn

from aen_mmaction.inference import build_scorer
from aen_mmaction.inference.cost import COST_HEADER, cost_row, window_cost


def counted(model, shape):
    """Multiply-adds of convolutions and linear layers, by hooks."""
    macs = []

    def conv(module, inputs, output):
        macs.append(output.numel() * module.weight[0].numel())

    def linear(module, inputs, output):
        macs.append(output.numel() * module.in_features)

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(conv)
        elif isinstance(module, nn.Linear):
            module.register_forward_hook(linear)
    with torch.no_grad():
        model(torch.zeros(shape, dtype=torch.uint8))
    return sum(macs)


def test_full_and_new_window(loaded):
    scorer = build_scorer(loaded('former'))
    cost = window_cost(scorer, rounds=2)
    frame = counted(scorer.frame_encoder, (1, 3, 32, 32))
    # a frame's own attention, 4 tokens and 8 heads of 32: 2 * 4 * 4 * 256
    assert (cost.full_macs - cost.new_macs) / 15 == frame + 8192
    assert cost.new_ms > 0 and cost.full_ms > 0
    row = cost_row('former', cost)
    assert row.count('|') == COST_HEADER.split('\n')[0].count('|')


def test_entangled_frames_cost_a_full_window(loaded):
    cost = window_cost(build_scorer(loaded('gca')), rounds=1)
    assert cost.new_macs == cost.full_macs > 0

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a new window costs beside a full one."""
from statistics import median
from typing import Callable, NamedTuple

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from ..analysis.benchmark import times_in_turns
from .loading import LoadedModel
from .scorers import WindowScorer, build_scorer

_ROW = '| {} | {} | {} | {} | {} | {} | {} |'
COST_HEADER = _ROW.format('config', 'full window', 'new window', 'ratio',
                          'full', 'new', 'ratio') + '\n|' + 7 * '---|'


class WindowCost(NamedTuple):
    """Cost of one window, all its frames new or one of them.

    Attributes:
        full_macs (int): Multiply-adds where all T frames are new.
        new_macs (int): Multiply-adds where one frame is new, as at stride 1.
        full_ms (float): Wall time in milliseconds, median.
        new_ms (float): The same of a window with one new frame.
    """
    full_macs: int
    new_macs: int
    full_ms: float
    new_ms: float


def untrained_scorer(config: str,
                     clip_dtype: torch.dtype = torch.float32) -> WindowScorer:
    """A scorer of random weights, which cost as much as any.

    Args:
        config (str): Config file.
        clip_dtype (torch.dtype): See :func:`build_scorer`.

    Returns:
        WindowScorer: To measure with.
    """
    cfg = Config.fromfile(config)
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        model = MODELS.build(cfg.model).eval()
    model.guide = None
    return build_scorer(
        LoadedModel(model, cfg, (), None, {}), clip_dtype=clip_dtype)


def window_cost(scorer: WindowScorer, rounds: int = 20) -> WindowCost:
    """Count and measure, from aligned faces to probabilities.

    Args:
        scorer (WindowScorer): From :func:`build_scorer`.
        rounds (int): See :func:`times_in_turns`.

    Returns:
        WindowCost: One window at a time.
    """
    rng = np.random.default_rng(0)
    num_frames = len(scorer.pipeline.frame_inds(40))
    faces = list(
        rng.integers(0, 256, (num_frames, 128, 128, 3), dtype=np.uint8))
    states = scorer.encode(faces)

    def full() -> None:
        scorer.score([scorer.encode(faces)])

    def new() -> None:
        scorer.score([states[1:] + scorer.encode(faces[:1])])

    seconds = times_in_turns(dict(full=full, new=new), rounds)
    return WindowCost(
        _macs(full), _macs(new),
        *(1e3 * median(times) for times in seconds.values()))


def cost_row(name: str, cost: WindowCost) -> str:
    """A row under :data:`COST_HEADER`."""
    return _ROW.format(
        name, f'{cost.full_macs / 1e9:.3f} GMACs',
        f'{cost.new_macs / 1e9:.3f} GMACs',
        f'1/{cost.full_macs / cost.new_macs:.1f}', f'{cost.full_ms:.1f} ms',
        f'{cost.new_ms:.1f} ms', f'1/{cost.full_ms / cost.new_ms:.1f}')


def _macs(function: Callable) -> int:
    # only the plain attention is made of operations that are counted
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(
            display=False) as counter:
        function()
    return counter.get_total_flops() // 2  # it counts a multiply-add as two

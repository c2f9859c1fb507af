# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""How fast recognizers predict, and how near the machine's peak."""
import copy
from functools import partial
from typing import Callable, Dict, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from ..evaluation.tables import Table
from ..models.acceleration import SPEEDS, accelerate
from .benchmark import (Peer, Throughput, check_compiler, peak_flops,
                        peak_task, synchronized, throughput_table,
                        times_in_turns)
from .complexity import black_sample, model_cost

PLAIN = 'plain'  # as built: float32, nothing folded
TASK = 'predict'


def measure_models(configs: Sequence[str],
                   speeds: Sequence[str],
                   batch_size: int = 8,
                   rounds: int = 5) -> Table:
    """Throughput of each config at each speed, weights random.

    A round is ``test_step`` of one batch in memory: preprocessing, model and
    predictions. The first config, plain, is what ratios refer to.

    Args:
        configs (Sequence[str]): Config files.
        speeds (Sequence[str]): ``'plain'`` or keys of ``SPEEDS``.
        batch_size (int): Clips at a time. Defaults to 8.
        rounds (int): Rounds in turns. Defaults to 5.

    Returns:
        Table: See :func:`throughput_table`.
    """
    names = {f'{config}, {speed}': (config, speed)
             for config in configs for speed in speeds}
    flops = {
        config: 2 * batch_size * model_cost(Config.fromfile(config)).macs
        for config in configs
    }
    peers = {
        name: Peer(predicting, *key, batch_size)
        for name, key in names.items()
    }
    tasks = {name: partial(peer.run, TASK) for name, peer in peers.items()}
    dtypes = {name: dtype_of(speed) for name, (_, speed) in names.items()}
    for dtype in dict.fromkeys(dtypes.values()):
        tasks[dtype] = peak_task(dtype)
    seconds = times_in_turns(tasks, rounds)
    rows = {
        name: Throughput(batch_size, seconds[name], flops[config],
                         dtypes[name], peers[name].close())
        for name, (config, _) in names.items()
    }
    peaks = {dtype: peak_flops(seconds[dtype])
             for dtype in dict.fromkeys(dtypes.values())}
    return throughput_table(rows, peaks)


def dtype_of(speed: str) -> torch.dtype:
    """What a speed multiplies in."""
    return torch.float32 if speed == PLAIN else SPEEDS[speed].dtype


def predicting(config: str, speed: str,
               batch_size: int) -> Dict[str, Callable[[], None]]:
    """The task of predicting one batch of black clips."""
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    cfg = Config.fromfile(config)
    batch = pseudo_collate([black_sample(cfg)] * batch_size)
    model = MODELS.build(cfg.model).eval().to(device)
    model.guide = None
    if speed != PLAIN:
        if SPEEDS[speed].compiled:
            check_compiler(speed)
        accelerate(model, speed)

    @torch.no_grad()
    def predict() -> None:
        synchronized(lambda: model.test_step(copy.deepcopy(batch)))

    return {TASK: predict}

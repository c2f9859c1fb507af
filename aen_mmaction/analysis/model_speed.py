# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""How fast recognizers predict, and how near the machine's peak."""
import copy
from typing import Callable, Dict, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from ..evaluation.tables import Table
from ..models.acceleration import SPEEDS, accelerate
from .benchmark import (Throughput, peak_flops, peak_memory_alone, peak_task,
                        synchronized, throughput_table, times_in_turns)
from .complexity import black_sample, model_cost

PLAIN = 'plain'  # as built: float32, nothing folded


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
        rounds (int): Counted rounds. Defaults to 5.

    Returns:
        Table: See :func:`throughput_table`.
    """
    names = {f'{config}, {speed}': (config, speed)
             for config in configs for speed in speeds}
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    tasks = {
        name: predicting(*key, batch_size, device)
        for name, key in names.items()
    }
    dtypes = {name: dtype_of(speed) for name, (_, speed) in names.items()}
    for dtype in dict.fromkeys(dtypes.values()):
        tasks[dtype] = peak_task(dtype, device)
    seconds = times_in_turns(tasks, rounds)
    rows: Dict[str, Throughput] = {}
    for name, (config, speed) in names.items():
        macs = model_cost(Config.fromfile(config)).macs
        rows[name] = Throughput(
            batch_size, seconds[name], 2 * macs * batch_size, dtypes[name],
            peak_memory_alone(predict_once, config, speed, batch_size))
    peaks = {dtype: peak_flops(seconds[dtype])
             for dtype in dict.fromkeys(dtypes.values())}
    return throughput_table(rows, peaks)


def dtype_of(speed: str) -> torch.dtype:
    """What a speed multiplies in."""
    return torch.float32 if speed == PLAIN else SPEEDS[speed].dtype


def predicting(config: str, speed: str, batch_size: int,
               device: str) -> Callable[[], object]:
    """Function that predicts one batch of black clips."""
    cfg, batch = load(config, batch_size)
    model = MODELS.build(cfg.model).eval().to(device)
    model.guide = None
    if speed != PLAIN:
        accelerate(model, speed)

    @torch.no_grad()
    def predict() -> None:
        synchronized(lambda: model.test_step(copy.deepcopy(batch)))

    return predict


def load(config: str, batch_size: int) -> Tuple[Config, Dict]:
    """A config and a batch of black clips for it."""
    cfg = Config.fromfile(config)
    return cfg, pseudo_collate([black_sample(cfg)] * batch_size)


def predict_once(config: str, speed: str, batch_size: int) -> None:
    """What a process does whose memory is looked at."""
    predicting(config, speed, batch_size, 'cpu')()

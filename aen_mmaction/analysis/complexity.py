# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a recognizer costs: parameters, multiply-adds, clips per second."""
import copy
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np
import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.analysis import FlopAnalyzer
from mmengine.analysis.jit_handles import get_shape
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import init_default_scope
from PIL import Image
from torch import nn

#: To stand under every table that holds these numbers.
CONVENTION = (
    'MACs are multiply-adds of one clip (all views) through the recognizer as '
    'it predicts, the guide left out; 1 MAC = 2 FLOPs. Papers often print '
    'MACs under the name FLOPs.')
_FRAMES, _SIDE = 64, 128  # of the black clip


class Cost(NamedTuple):
    """Cost of one clip at test time.

    Attributes:
        params (int): Weights of the recognizer, the guide left out.
        macs (int): Multiply-adds.
        clips_per_second (float | None): If measured.
    """
    params: int
    macs: int
    clips_per_second: Optional[float] = None

    @property
    def flops(self) -> int:
        """2 x MACs."""
        return 2 * self.macs


def black_sample(cfg: Config) -> dict:
    """A black clip as the config's test pipeline hands it to the model.

    Args:
        cfg (Config): Its test pipeline must read frame folders.

    Returns:
        dict: ``inputs`` and ``data_samples``, as from the data set.
    """
    init_default_scope(cfg.default_scope)
    pipeline = Compose([
        TRANSFORMS.build(transform)
        for transform in cfg.test_dataloader.dataset.pipeline
    ])
    with tempfile.TemporaryDirectory() as folder:
        image = Image.fromarray(np.zeros((_SIDE, _SIDE, 3), np.uint8))
        names = [f'{i}.jpg' for i in range(1, _FRAMES + 1)]
        image.save(Path(folder) / names[0])
        for name in names[1:]:
            (Path(folder) / name).symlink_to(names[0])
        return pipeline(
            dict(
                clip_id='black',
                frame_dir=folder,
                frames=names,
                total_frames=_FRAMES,
                start_index=0,
                modality='RGB',
                label=0,
                ann='black'))


class _Predict(nn.Module):
    """A recognizer as a function of its preprocessed clips."""

    def __init__(self, model: nn.Module, samples: List) -> None:
        super().__init__()
        self.model = model
        self.samples = samples

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Probabilities (N, K)."""
        out = self.model(inputs, copy.deepcopy(self.samples), mode='predict')
        return torch.stack([sample.pred_score for sample in out])


def _attention_macs(inputs: List[Any], outputs: List[Any]) -> int:
    """Q K^T and the weighted sum of V."""
    query, key, value = (get_shape(v) for v in inputs[:3])
    return int(np.prod(query[:-1])) * key[-2] * (query[-1] + value[-1])


@torch.no_grad()
def model_cost(cfg: Config) -> Cost:
    """Build a config's recognizer and count; no weights or data needed.

    Args:
        cfg (Config): A recognizer's config.

    Returns:
        Cost: Without speed.
    """
    sample = black_sample(cfg)
    model = MODELS.build(cfg.model).eval()
    data = model.data_preprocessor(pseudo_collate([sample]), False)
    counter = FlopAnalyzer(
        _Predict(model, data['data_samples']), (data['inputs'], ))
    counter.set_op_handle('aten::scaled_dot_product_attention',
                          _attention_macs)
    counter.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    counter.tracer_warnings('none')
    return Cost(
        sum(p.numel() for p in model.parameters()), int(counter.total()))


def measure_speed(configs: Mapping[str, Config],
                  rounds: int,
                  batch_size: int = 1) -> Tuple[Dict[str, float], str]:
    """Clips per second of recognizers, measured in turns.

    Every round predicts one batch with each; a first round is not counted.
    The fastest round counts: what else a machine does only slows it down.

    Args:
        configs (Mapping[str, Config]): Name -> config.
        rounds (int): Counted rounds, at least 1.
        batch_size (int): Clips at a time. Defaults to 1.

    Returns:
        tuple[dict[str, float], str]: Clips per second by name, data in
        memory, on the GPU if there is one; and what it was measured on.
    """
    on_gpu = torch.cuda.is_available()
    tasks = {}
    for name, cfg in configs.items():
        batch = pseudo_collate([black_sample(cfg)] * batch_size)
        model = MODELS.build(cfg.model).eval()
        tasks[name] = (model.cuda() if on_gpu else model, batch)
    seconds: Dict[str, List[float]] = {name: [] for name in tasks}
    for _ in range(rounds + 1):
        for name, (model, batch) in tasks.items():
            batch = copy.deepcopy(batch)
            start = time.perf_counter()
            model.test_step(batch)
            if on_gpu:
                torch.cuda.synchronize()
            seconds[name].append(time.perf_counter() - start)
    device = torch.cuda.get_device_name() if on_gpu else (
        f'CPU, {torch.get_num_threads()} thread(s)')
    return ({name: batch_size / min(values[1:])
             for name, values in seconds.items()},
            f'{device}, {batch_size} clip(s) at a time, fastest of {rounds} '
            'rounds in turns')

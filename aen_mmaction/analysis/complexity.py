# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a recognizer costs: parameters, multiply-adds, clips per second."""
import copy
import tempfile
from functools import partial
from pathlib import Path
from typing import Dict, Mapping, NamedTuple, Optional, Tuple

import numpy as np
import torch
from mmaction.models.recognizers import BaseRecognizer
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import init_default_scope
from PIL import Image
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..engine.config_options import inner_pipeline
from .benchmark import machine, synchronized, times_in_turns

#: To stand under every table that holds these numbers.
CONVENTION = (
    'MACs are multiply-adds of one clip (all views) through the recognizer as '
    'it predicts, the guide left out: convolutions, linear and recurrent '
    'layers, attention. 1 MAC = 2 FLOPs. Papers often print MACs under the '
    'name FLOPs.')
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


def black_sample(cfg: Config, split: str = 'test') -> dict:
    """A black clip as one of the config's pipelines hands it to the model.

    Args:
        cfg (Config): Its pipelines must read frame folders.
        split (str): ``'test'`` or ``'train'``. Defaults to 'test'.

    Returns:
        dict: ``inputs`` and ``data_samples``, as from the data set.

    Raises:
        ValueError: If joint data sets have different pipelines.
    """
    init_default_scope(cfg.default_scope)
    pipeline = Compose([
        TRANSFORMS.build(transform)
        for transform in inner_pipeline(cfg[f'{split}_dataloader'].dataset)
    ])
    with tempfile.TemporaryDirectory() as folder:
        image = Image.fromarray(np.zeros((_SIDE, _SIDE, 3), np.uint8))
        packs_still = pipeline.transforms[-1].__class__.__name__ == 'PackStill'
        num_frames = 1 if packs_still else _FRAMES
        names = [f'{i}.jpg' for i in range(1, num_frames + 1)]
        image.save(Path(folder) / names[0])
        for name in names[1:]:
            (Path(folder) / name).symlink_to(names[0])
        return pipeline(
            dict(
                clip_id='black',
                frame_dir=folder,
                frames=names,
                total_frames=num_frames,
                start_index=0,
                modality='RGB',
                label=0,
                ann='black'))


def model_cost(cfg: Config) -> Cost:
    """Build a config's model and count; no weights or data needed.

    Convolutions, linear and recurrent layers and attention are counted;
    norms, activations and pooling are not. Nothing is computed: the model
    runs on torch's ``meta`` device.

    Args:
        cfg (Config): A recognizer's config, or a frame-level classifier's.

    Returns:
        Cost: Without speed.
    """
    batch = pseudo_collate([black_sample(cfg)])
    preprocessor = MODELS.build({
        'type': 'ClsDataPreprocessor',  # mmpretrain's, when unnamed
        **cfg.model.data_preprocessor
    })
    inputs = preprocessor(batch, False)['inputs'].to('meta')
    model = _on_meta(cfg.model)
    stage = dict(stage='head') if isinstance(model, BaseRecognizer) else {}
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(inputs, mode='tensor', **stage)
    return Cost(
        sum(p.numel() for p in model.parameters()),
        counter.get_total_flops() // 2)


def _on_meta(cfg: Dict) -> nn.Module:
    """Build a model without its weights where it lets itself be built so."""
    try:
        with torch.device('meta'):
            model = MODELS.build(copy.deepcopy(cfg))
    except RuntimeError:  # some read values off tensors while being built
        model = MODELS.build(cfg)
    model.to('meta')
    model.train(False)
    return model


def measure_speed(configs: Mapping[str, Config],
                  rounds: int,
                  batch_size: int = 1) -> Tuple[Dict[str, float], str]:
    """Clips per second of recognizers, measured in turns.

    Every round predicts with each, as :func:`times_in_turns` says. The fastest
    round counts: what else a machine does only slows it down.

    Args:
        configs (Mapping[str, Config]): Name -> config.
        rounds (int): At least 1.
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
        tasks[name] = partial(_predict, model.cuda() if on_gpu else model,
                              batch)
    seconds = times_in_turns(tasks, rounds)
    return ({name: batch_size / min(values)
             for name, values in seconds.items()},
            f'{machine()}, {batch_size} clip(s) at a time, fastest of '
            f'{rounds} rounds in turns')


def _predict(model: nn.Module, batch: dict) -> None:
    synchronized(lambda: model.test_step(copy.deepcopy(batch)))

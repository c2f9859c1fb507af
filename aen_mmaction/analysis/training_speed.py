# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""How fast a training step is: by itself, and as the runner makes it."""
import copy
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Callable, Dict, NamedTuple, Sequence

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from mmengine.runner import Runner

from ..emotions import DFEW_CLASSES, class_names
from ..engine.config_options import amp_options, inner_datasets
from ..evaluation.tables import Table
from ..models.guides.frame_cache import (FrameCache, file_sha256,
                                         write_frame_cache)
from .benchmark import (Peer, Throughput, check_compiler, synchronized,
                        throughput_table, times_in_turns)
from .complexity import black_sample


class TrainingMode(NamedTuple):
    """How a training step is made.

    Attributes:
        amp (bool): In bfloat16, as with ``--amp``.
        cached (bool): The guide's logits are read, not computed.
        compiled (bool): As with ``--compile``.
    """
    amp: bool = False
    cached: bool = False
    compiled: bool = False


PLAIN = 'plain'  # eager float32, the C library as it comes
MODES = {
    PLAIN: TrainingMode(),
    'cached': TrainingMode(cached=True),
    'amp': TrainingMode(amp=True),
    'amp-cached': TrainingMode(amp=True, cached=True),
    'amp-compiled': TrainingMode(amp=True, compiled=True),
    'amp-cached-compiled': TrainingMode(amp=True, cached=True, compiled=True)
}
ALONE, WHOLE = '', ', in the runner'  # tasks, as the table names them
_CLIP = 'black'  # id of the one clip there is


@DATASETS.register_module()
class BlackClips:
    """Black clips with labels in turn, for measuring.

    Args:
        config (str): Config file whose training pipeline makes the clip.
        num_clips (int): How many.
    """

    def __init__(self, config: str, num_clips: int) -> None:
        cfg = Config.fromfile(config)
        self.sample = black_sample(cfg, 'train')
        self.num_clips = num_clips
        dataset, *_ = inner_datasets(cfg.train_dataloader.dataset)
        self.metainfo = dict(DATASETS.get(dataset['type']).METAINFO)

    def __len__(self) -> int:
        return self.num_clips

    def __getitem__(self, index: int) -> Dict:
        sample = copy.deepcopy(self.sample)
        sample['data_samples'].set_gt_label(index % 7)
        return sample


def measure_training(configs: Sequence[str],
                     modes: Sequence[str],
                     batch_size: int = 8,
                     rounds: int = 5) -> Table:
    """Throughput of training steps, weights random, data in memory.

    Every config and mode has two rows: the plain step (preprocessing,
    forward, backward, optimizer), and the runner's iteration with hooks and
    logging around the same step.

    Args:
        configs (Sequence[str]): Config files.
        modes (Sequence[str]): Keys of :data:`MODES`.
        batch_size (int): Clips at a time. Defaults to 8.
        rounds (int): Rounds in turns. Defaults to 5.

    Returns:
        Table: See :func:`throughput_table`.
    """
    with tempfile.TemporaryDirectory() as folder:
        peers = {
            f'{config}, {mode}': Peer(training, config, mode, batch_size,
                                      folder)
            for config in configs for mode in modes
        }
        seconds = times_in_turns(
            {
                name + task: partial(peer.run, task)
                for name, peer in peers.items() for task in (ALONE, WHOLE)
            }, rounds)
        peaks = {name: peer.close() for name, peer in peers.items()}
    rows = {name: Throughput(batch_size, times, peak_memory=peaks.get(name))
            for name, times in seconds.items()}
    return throughput_table(rows, {})


def training(config: str, mode: str, batch_size: int,
             folder: str) -> Dict[str, Callable[[], None]]:
    """The tasks of one step, and of the runner's iteration with it.

    The step alone is preprocessing, forward, backward and optimizer.
    """
    runner = prepared_runner(config, mode, batch_size, folder)
    runner.model.monitor_gradients = False  # left on after the first step
    dataset = runner.train_dataloader.dataset
    batch = pseudo_collate([dataset[i] for i in range(len(dataset))])

    def step() -> None:
        synchronized(lambda: runner.model.train_step(
            copy.deepcopy(batch), runner.optim_wrapper))

    def iteration() -> None:
        synchronized(lambda: runner.train_loop.run_iter(
            0, copy.deepcopy(batch)))

    return {ALONE: step, WHOLE: iteration}


def prepared_runner(config: str, mode: str, batch_size: int,
                    folder: str) -> Runner:
    """A runner that has trained one step and can go on."""
    cfg = Config.fromfile(config)
    work_dir = tempfile.mkdtemp(dir=folder)
    cfg.work_dir = work_dir
    cfg.log_level = 'WARNING'
    if cfg.model.get('guide'):
        _random_guide(cfg, Path(work_dir), MODES[mode].cached)
    for key in ('val', 'test'):
        for part in ('cfg', 'dataloader', 'evaluator'):
            cfg[f'{key}_{part}'] = None
    cfg.train_cfg = dict(by_epoch=True, max_epochs=1)
    cfg.default_hooks.checkpoint = None
    hooks = list(cfg.get('custom_hooks') or [])
    if mode == PLAIN:
        hooks = [hook for hook in hooks if hook.type != 'KeepMemoryHook']
    if MODES[mode].compiled:
        check_compiler(mode)
        hooks.append(dict(type='mmaction.CompileHook'))
    cfg.custom_hooks = hooks
    cfg.train_dataloader = dict(
        batch_size=batch_size,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(type='BlackClips', config=config, num_clips=batch_size))
    if 'init_backbone' in cfg.model:
        cfg.model.init_backbone.checkpoint = None
    _drop_pretrained(cfg.model)
    if MODES[mode].amp:
        cfg.merge_from_dict(amp_options(cfg))
    runner = Runner.from_cfg(cfg)
    runner.train()
    return runner


def _drop_pretrained(cfg: Dict) -> None:
    """Nothing is read that a benchmark does not need."""
    for key, value in list(cfg.items()):
        if key == 'pretrained' or (key == 'init_cfg' and isinstance(
                value, dict) and value.get('type') == 'Pretrained'):
            cfg[key] = None
        elif isinstance(value, dict):
            _drop_pretrained(value)


def _random_guide(cfg: Config, folder: Path, cached: bool) -> None:
    """Write random weights of a config's guide and, if asked, its logits."""
    guide = cfg.model.guide
    with DefaultScope.overwrite_default_scope('mmaction'):
        import mmpretrain.models  # noqa: F401  registers its components
        network = MODELS.build(
            dict(_scope_='mmpretrain', **copy.deepcopy(guide.classifier)))
    classes = class_names(guide.get('classes', DFEW_CLASSES))
    guide.checkpoint = os.fspath(folder / 'guide.pth')
    torch.save(
        dict(
            state_dict=network.state_dict(),
            meta=dict(dataset_meta=dict(classes=classes))), guide.checkpoint)
    if not cached:
        return
    frames = black_sample(cfg)['data_samples'].total_frames
    logits = np.zeros((frames, len(classes)), np.float32)
    write_frame_cache(
        folder / 'guide.npz',
        FrameCache({_CLIP: (0, frames)}, logits, np.zeros(frames, np.uint32),
                   classes, file_sha256(guide.checkpoint)))
    guide.update(type='CachedGuide', cache=os.fspath(folder / 'guide.npz'))

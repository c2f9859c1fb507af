# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Build and run a config without its data set."""
from pathlib import Path
from typing import Dict, List

import cv2
import numpy as np
import torch
from mmaction.registry import (DATASETS, HOOKS, MODELS, OPTIMIZERS,
                               PARAM_SCHEDULERS)
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.evaluator import Evaluator
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.engine.config_options import schedulers

TINY_FRAMES = 4  # T of the tiny clips; the image size stays the config's


def find_configs(root: Path) -> List[Path]:
    """Every config below a folder, without the ``_base_`` ones."""
    return sorted(p for p in Path(root).rglob('*.py')
                  if '_base_' not in p.parts)


def check_config(path: str, work_dir: str) -> Dict[str, float]:
    """Build everything a config names; run a train step and a test step.

    The data set is built without reading its files; its pipelines get clips
    of noise, the guide random weights, and files of weights are not read.
    Clips are cut to 4 frames where the network takes any number, and temporal
    transformers to one block, after the model's own data_preprocessor has
    accepted what the pipelines give.

    Args:
        path (str): The config.
        work_dir (str): Folder for the noise and the guide's weights.

    Returns:
        dict[str, float]: The losses of the train step.

    Raises:
        KeyError: If a registered name is unknown; names it.
        ValueError: If the parts do not fit each other, or a loss is not
            finite.
    """
    cfg = Config.fromfile(path)
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        loaders = cfg.train_dataloader, cfg.test_dataloader
        datasets = [
            DATASETS.build({**loader.dataset, 'lazy_init': True})
            for loader in loaders
        ]
        batches = [_noise_batch(dataset, work_dir) for dataset in datasets]
        preprocessor = MODELS.build(_preprocessor(cfg.model))
        for batch in batches:
            preprocessor(dict(batch))
        _shrink(cfg.model, batches)
        _forget_files(cfg.model)
        if cfg.model.get('guide'):
            _give_random_guide(cfg.model, work_dir)
        model = MODELS.build(cfg.model)
        model.init_weights()
        for hook in [*cfg.default_hooks.values(), *cfg.custom_hooks]:
            HOOKS.build(hook)
        losses = _train_step(cfg, model, batches[0])
        _test_step(cfg, model, batches[1], datasets[1].metainfo)
    return losses


def _noise_batch(dataset, work_dir: str) -> Dict:
    """Two samples of noise, as the data set's pipeline packs them."""
    folder = Path(work_dir) / 'noise'
    folder.mkdir(parents=True, exist_ok=True)
    names = [f'{i}.jpg' for i in range(1 if dataset.min_frames == 1 else 20)]
    rng = np.random.default_rng(0)
    for name in names:
        pixels = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / name), pixels)
    samples = [
        dataset.pipeline(
            dict(
                clip_id=f'noise{label}',
                frame_dir=str(folder),
                frames=names,
                total_frames=len(names),
                label=label,
                ann='none:0',
                rng=rng)) for label in (0, 1)
    ]
    return pseudo_collate(samples)


def _preprocessor(model: Dict) -> Dict:
    """Its config; an mmpretrain classifier does not name the type."""
    return {'type': 'ClsDataPreprocessor', **model['data_preprocessor']}


def _shrink(model: Dict, batches: List[Dict]) -> None:
    """Cut clips and temporal transformers, in place."""
    if 'num_frames' in model['data_preprocessor']:
        for name in ('data_preprocessor', 'backbone', 'neck'):
            part = model[name]
            if 'num_frames' in part:
                part['num_frames'] = TINY_FRAMES
    if 'num_frames' in model['data_preprocessor'] or (
            model['type'] == 'Recognizer2D'
            and 'num_segments' not in model['cls_head']):
        for batch in batches:
            batch['inputs'] = [x[:TINY_FRAMES] for x in batch['inputs']]
    if model.get('temporal', {}).get('depth'):
        model['temporal']['depth'] = 1


def _forget_files(part: Dict) -> None:
    """Start from scratch what would start from a file, in place."""
    if 'init_backbone' in part:
        part['init_backbone']['checkpoint'] = None
    if 'pretrained' in part:
        part['pretrained'] = None
    init_cfg = part.get('init_cfg')
    if isinstance(init_cfg, dict) and init_cfg['type'] == 'Pretrained':
        del part['init_cfg']
    for child in part.values():
        if isinstance(child, dict):
            _forget_files(child)


def _give_random_guide(model: Dict, work_dir: str) -> None:
    """Write random weights as stage 1 makes them for the guide to read."""
    guide = MODELS.build(model['guide'])
    path = str(Path(work_dir) / 'guide.pth')
    torch.save(
        dict(
            state_dict=guide.classifier.state_dict(),
            meta=dict(dataset_meta=dict(classes=DFEW_CLASSES))), path)
    model['guide']['checkpoint'] = path


def _train_step(cfg: Config, model: torch.nn.Module,
                batch: Dict) -> Dict[str, float]:
    """One step of the optimizer; returns the finite losses."""
    # MMEngine itself does not name an optimizer it does not know
    named = [(OPTIMIZERS, cfg.optim_wrapper.optimizer)]
    named += [(PARAM_SCHEDULERS, part) for part in schedulers(cfg)]
    for registry, part in named:
        if registry.get(part.type) is None:
            raise KeyError(f'{part.type} is not in the {registry.name} '
                           'registry')
    optim_wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    model.train()
    outputs = model.train_step(dict(batch), optim_wrapper)
    losses = {k: float(v) for k, v in outputs.items() if 'loss' in k}
    if not np.isfinite(list(losses.values())).all():
        raise ValueError(f'expected finite losses, got {losses}')
    return losses


def _test_step(cfg: Config, model: torch.nn.Module, batch: Dict,
               metainfo: Dict) -> None:
    """Predict two samples and evaluate them."""
    evaluator = Evaluator(cfg.test_evaluator)
    evaluator.dataset_meta = metainfo
    model.eval()
    with torch.no_grad():
        outputs = model.test_step(dict(batch))
    evaluator.process(data_samples=outputs, data_batch=batch)
    evaluator.evaluate(size=len(outputs))

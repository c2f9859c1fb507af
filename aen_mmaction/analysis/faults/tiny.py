# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""AEN with all its parts, and drawn clips, cut to seconds."""
from pathlib import Path

import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from ...datasets.synthetic.writers import write_dfew
from ...emotions import DFEW_CLASSES
from ...engine.config_options import set_data_root
from ...engine.experiments import repository_file

EPOCHS, BATCHES = 3, 7  # 28 clips, 4 to a batch
_SIZE, _FRAMES = 32, 4
# AEN with all its parts, its ResNet-18s with an eighth of their width.
TINY_AEN = {
    'model.data_preprocessor.num_frames': _FRAMES,
    'model.data_preprocessor.img_size': _SIZE,
    'model.backbone.stem_channels': 8,
    'model.backbone.base_channels': 8,
    'model.neck.squeeze_channels': (4, 16),
    'model.temporal.depth': 1,
    'model.temporal.num_heads': 2,
    'model.temporal.mlp_dim': 64,
    'model.guide.classifier.backbone.stem_channels': 8,
    'model.guide.classifier.backbone.base_channels': 8,
    'model.guide.classifier.head.in_channels': 64,
}
_OPTIONS = {
    **TINY_AEN,
    'model.backbone.frozen_stages': -1,
    'train_cfg.max_epochs': EPOCHS,
    'train_cfg.val_interval': 1,
    'default_hooks.logger.interval': 1,
    'default_hooks.checkpoint.max_keep_ckpts': 1,  # the hard case
}
_LOADER = {
    'num_workers': 0,
    'persistent_workers': False,
    'dataset.pipeline.0.num_segments': _FRAMES,
    'dataset.pipeline.2.size': _SIZE
}


def write_tiny(folder: Path) -> Path:
    """Write a config, its data (35 drawn clips, 5 folds) and its guide.

    Args:
        folder (Path): Where to write.

    Returns:
        Path: The config, of fold 1: 21 steps, weights of the guide random.
    """
    write_dfew(folder / 'dfew', 35, _SIZE, min_frames=8, max_frames=10)
    cfg = Config.fromfile(repository_file('configs/aen_synthetic.py'))
    cfg.merge_from_dict(dict(_OPTIONS))
    for part, batch in (('train', 4), ('val', 1), ('test', 1)):
        cfg.merge_from_dict({f'{part}_dataloader.batch_size': batch, **{
            f'{part}_dataloader.{key}': v for key, v in _LOADER.items()}})
    set_data_root(cfg, str(folder / 'dfew'))
    cfg.model.guide.checkpoint = str(folder / 'guide.pth')
    _write_guide(cfg, folder / 'guide.pth')
    path = folder / 'tiny_fold1.py'
    cfg.dump(path)
    return path


def _write_guide(cfg: Config, path: Path) -> None:
    import mmpretrain.models  # noqa: F401  registers the classifier
    torch.manual_seed(0)
    model = MODELS.build(
        dict(_scope_='mmpretrain', **cfg.model.guide.classifier))
    torch.save(
        dict(state_dict=model.state_dict(),
             meta=dict(dataset_meta=dict(classes=DFEW_CLASSES))), path)

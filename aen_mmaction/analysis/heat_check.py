# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Does Grad-CAM look where the expression is? Measured on drawn faces.

What a drawn face expresses lies in its mouth and brows, and where these are
is known. So the heat there, against the heat elsewhere, says whether a heat
map shows something true.
"""
from typing import Dict, List, NamedTuple, Sequence

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from torch import nn

from ..datasets import BaseDFERDataset
from ..datasets.synthetic import SetTruth
from ..evaluation.tables import Table
from .gradcam import grad_cam, heat_on_frames

REGIONS = ('mouth', 'brows', 'mouth and brows')


class HeatRatio(NamedTuple):
    """Heat inside a region over the heat elsewhere in the image.

    Attributes:
        ratio (float): Mean heat of a pixel inside over one outside; 1 if the
            heat is spread evenly.
        low (float): Lower end of the 95 % bootstrap interval over clips.
        high (float): Upper end.
        num_clips (int): Clips with any heat.
    """
    ratio: float
    low: float
    high: float
    num_clips: int


def heat_density(heat: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Heat of a pixel inside and outside a region, the clip's mean being 1.

    Args:
        heat (np.ndarray): (T, H, W), >= 0.
        mask (np.ndarray): bool (T, H, W), true inside.

    Returns:
        np.ndarray: (2,): inside, outside; nan if the clip has no heat.

    Raises:
        ValueError: If the shapes differ, or the region is empty or all.
    """
    if heat.shape != mask.shape or not 0 < mask.mean() < 1:
        raise ValueError(
            f'expected heat and mask (T, H, W) of one shape, the mask neither '
            f'empty nor full; got {heat.shape}, {mask.shape} with a share of '
            f'{mask.mean():.2f}')
    mean = heat.mean()
    if not mean > 0:
        return np.full(2, np.nan)
    return np.array((heat[mask].mean(), heat[~mask].mean())) / mean


def heat_ratio(densities: np.ndarray, num_samples: int = 2000,
               seed: int = 0) -> HeatRatio:
    """Mean density inside over mean density outside, over clips.

    Args:
        densities (np.ndarray): (N, 2) from :func:`heat_density`.
        num_samples (int): Bootstrap resamples. Defaults to 2000.
        seed (int): Seed of the resampling. Defaults to 0.

    Returns:
        HeatRatio: With its interval.

    Raises:
        ValueError: If no clip has any heat.
    """
    found = densities[~np.isnan(densities).any(1)]
    if not len(found):
        raise ValueError('no clip has any heat: the class to explain does '
                         'not depend on this level')
    draws = np.random.default_rng(seed).integers(
        len(found), size=(num_samples, len(found)))
    inside, outside = found.mean(0)
    resampled = found[draws].mean(1)  # (S, 2)
    low, high = np.percentile(resampled[:, 0] / resampled[:, 1], (2.5, 97.5))
    return HeatRatio(float(inside / outside), float(low), float(high),
                     len(found))


def measure_heat(model: nn.Module,
                 dataset: BaseDFERDataset,
                 truth: SetTruth,
                 indices: Sequence[int],
                 weights: str = 'element',
                 batch_size: int = 4) -> List[Dict[str, HeatRatio]]:
    """Heat at mouth and brows against elsewhere, of each clip's own label.

    Args:
        model (nn.Module): Recognizer in eval mode.
        dataset (BaseDFERDataset): Drawn clips in test mode.
        truth (SetTruth): Of the same set.
        indices (Sequence[int]): Clips to use.
        weights (str): See :func:`grad_cam`.
        batch_size (int): Clips at a time. Defaults to 4.

    Returns:
        list[dict[str, HeatRatio]]: For each level, low to high, the ratio at
        'mouth', 'brows' and both.
    """
    densities: Dict[tuple, List[np.ndarray]] = {}
    for start in range(0, len(indices), batch_size):
        batch = pseudo_collate(
            [dataset[i] for i in indices[start:start + batch_size]])
        samples = batch['data_samples']
        heats = grad_cam(model, batch, [int(s.gt_label) for s in samples],
                         weights)
        for i, sample in enumerate(samples):
            frames = np.ravel(sample.frame_inds)
            size = batch['inputs'][i].shape[-1]
            masks = truth.masks(sample.clip_id, frames, size)
            masks['mouth and brows'] = masks['mouth'] | masks['brows']
            for level, heat in enumerate(heats):
                large = heat_on_frames(heat[i], len(frames), size)
                for region in REGIONS:
                    densities.setdefault((level, region), []).append(
                        heat_density(large, masks[region]))
    levels = 1 + max(level for level, _ in densities)
    return [{region: heat_ratio(np.stack(densities[level, region]))
             for region in REGIONS} for level in range(levels)]


def untrained_twin(cfg: Config, seed: int = 0) -> nn.Module:
    """The same recognizer with random weights, in eval mode.

    Args:
        cfg (Config): The recognizer's config.
        seed (int): Seed of the weights. Defaults to 0.
    """
    init_default_scope(cfg.default_scope)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MODELS.build(cfg.model).eval()


def heat_table(measured: Dict[str, List[Dict[str, HeatRatio]]]) -> Table:
    """One row for each model and level.

    Args:
        measured (dict): Name of the weights -> :func:`measure_heat`.

    Returns:
        Table: Ratios with intervals.
    """
    rows = []
    for name, levels in measured.items():
        for level, regions in enumerate(levels):
            cells = ['{:.2f} ({:.2f} to {:.2f})'.format(*regions[region][:3])
                     for region in REGIONS]
            rows.append([name, level, regions[REGIONS[-1]].num_clips, *cells])
    return Table(
        ('weights', 'level', 'clips with heat', *REGIONS), rows,
        ('Mean heat of a pixel inside the region over the mean elsewhere in '
         'the image (95 % bootstrap interval over clips); 1 is chance. Drawn '
         'faces, whose mouths and brows are known.', ))

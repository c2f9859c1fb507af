# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Figure 7: clip vectors by t-SNE, coloured by emotion and by group.

Needs scikit-learn (extra ``analysis``).
"""
from typing import Mapping, NamedTuple, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mmengine.dataset import pseudo_collate
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ..emotions import EmotionHierarchy
from ..models.recognizers import DFERRecognizer
from .clip_figure import EMOTION_COLORS
from .plots import new_figure

GROUP_COLORS = dict(positive='#2a9d8f', neutral='#9a9a9a', negative='#c8553d')
_OTHERS = ('#f28482', '#84a59d', '#b5838d', '#6d597a', '#e0a458', '#457b9d')


class Embedding(NamedTuple):
    """Clips of a model in the plane.

    Attributes:
        points (np.ndarray): (N, 2) by t-SNE.
        labels (np.ndarray): (N,) labels, 0..K-1.
        by_emotion (float): Silhouette of the emotions in the original space,
            -1 to 1: how much closer a clip is to its own kind.
        by_group (float): The same of the groups.
    """
    points: np.ndarray
    labels: np.ndarray
    by_emotion: float
    by_group: float


@torch.no_grad()
def clip_vectors(model: nn.Module, dataset: Dataset, level: int = 0,
                 batch_size: int = 8) -> np.ndarray:
    """One vector of each clip.

    Args:
        model (nn.Module): Recognizer in eval mode.
        dataset (Dataset): In test mode.
        level (int): Of a DFERRecognizer: V_level, the clip vector of this
            semantic level; -1 is the top one. A recognizer of another kind
            gives what its last linear layer gets, mean over views.
        batch_size (int): Clips at a time. Defaults to 8.

    Returns:
        np.ndarray: float32 (clips, D).

    Raises:
        ValueError: If the model has no such level, or no linear layer.
    """
    loader = DataLoader(dataset, batch_size, collate_fn=pseudo_collate)
    vectors = []
    if isinstance(model, DFERRecognizer):
        for batch in loader:
            inputs = model.data_preprocessor(batch, False)['inputs']
            feats = model.extract_feat(inputs)[0].clip_feats
            if not -len(feats) <= level < len(feats):
                raise ValueError(f'level: expected 0 to {len(feats) - 1}, '
                                 f'got {level}')
            vectors.append(feats[level].float().cpu())
        return torch.cat(vectors).numpy()
    linear = [m for m in model.cls_head.modules() if isinstance(m, nn.Linear)]
    if not linear:
        raise ValueError(f'{type(model.cls_head).__name__} has no linear '
                         'layer to take vectors from')
    seen = []
    handle = linear[-1].register_forward_pre_hook(
        lambda module, args: seen.append(args[0].float().cpu()))
    for batch in loader:
        seen.clear()
        num_clips = len(batch['inputs'])
        model.test_step(batch)
        vectors.append(torch.cat(seen).reshape(
            num_clips, -1, seen[0].shape[-1]).mean(1))
    handle.remove()
    return torch.cat(vectors).numpy()


def embed(vectors: np.ndarray, labels: Sequence[int],
          hierarchy: EmotionHierarchy, seed: int = 0) -> Embedding:
    """t-SNE of clip vectors, and how well their classes are apart.

    Args:
        vectors (np.ndarray): (N, D).
        labels (Sequence[int]): (N,) 0..K-1.
        hierarchy (EmotionHierarchy): The emotions and groups.
        seed (int): Of t-SNE. Defaults to 0.

    Returns:
        Embedding: Silhouettes are nan where they are not defined.

    Raises:
        ImportError: Without scikit-learn.
        ValueError: For fewer than 4 clips.
    """
    try:
        from sklearn.manifold import TSNE
        from sklearn.metrics import silhouette_score
    except ImportError:
        raise ImportError('t-SNE needs scikit-learn: pip install '
                          "'aen-mmaction[analysis]'") from None
    if len(vectors) < 4:
        raise ValueError(f't-SNE needs at least 4 clips, got {len(vectors)}')
    labels = np.asarray(labels)
    perplexity = min(30, (len(vectors) - 1) / 3)
    points = TSNE(perplexity=perplexity, init='pca', random_state=seed
                  ).fit_transform(vectors)

    def apart(classes: np.ndarray) -> float:
        if not 2 <= len(np.unique(classes)) < len(classes):
            return float('nan')
        return float(silhouette_score(vectors, classes))

    return Embedding(points, labels, apart(labels),
                     apart(hierarchy.group_of.numpy()[labels]))


def draw_embeddings(embeddings: Mapping[str, Embedding],
                    hierarchy: EmotionHierarchy) -> Figure:
    """Models side by side; above by emotion, below by group.

    Args:
        embeddings (Mapping[str, Embedding]): Name of the model -> its clips.
        hierarchy (EmotionHierarchy): The emotions and groups.

    Returns:
        Figure: To be saved.
    """
    columns = len(embeddings)
    figure = new_figure((4.2 * columns + 1.4, 8))
    axes = figure.subplots(2, columns, squeeze=False)
    group_of = hierarchy.group_of.numpy()
    for column, (name, found) in enumerate(embeddings.items()):
        for row, (labels, names, palette, apart) in enumerate((
                (found.labels, hierarchy.classes, EMOTION_COLORS,
                 found.by_emotion),
                (group_of[found.labels], hierarchy.group_names, GROUP_COLORS,
                 found.by_group))):
            panel = axes[row, column]
            _scatter(panel, found.points, labels, names, palette)
            panel.set_title(f'{name}: by {("emotion", "group")[row]}\n'
                            f'silhouette {apart:+.2f}', fontsize=10)
            if column == columns - 1:
                panel.legend(loc='center left', bbox_to_anchor=(1, .5),
                             frameon=False)
    return figure


def _scatter(axes: Axes, points: np.ndarray, labels: np.ndarray,
             names: Sequence[str], palette: Mapping[str, str]) -> None:
    """Points of each class in its colour."""
    for index, name in enumerate(names):
        mine = points[labels == index]
        color = palette.get(name, _OTHERS[index % len(_OTHERS)])
        axes.scatter(mine[:, 0], mine[:, 1], s=16, color=color, label=name,
                     edgecolors='white', linewidths=.3)
    axes.set_xticks([])
    axes.set_yticks([])

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Figure 6: heat of each level over a clip's frames, and when it matters."""
from typing import List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mmengine.dataset import pseudo_collate
from torch import nn

from ..datasets import BaseDFERDataset
from .gradcam import frame_shares, grad_cam, heat_on_frames
from .plots import new_figure

_LEVEL_COLORS = ('#1b9e77', '#7570b3', '#d95f02', '#666666')


class ClipHeat(NamedTuple):
    """One explained clip.

    Attributes:
        clip_id (str): Its id.
        label (int): Its label, 0..K-1.
        pred (int): What the model says; this class is explained.
        score (float): Its probability.
        frames (np.ndarray): uint8 (T, H, W, 3), as the model sees them.
        heats (list[np.ndarray]): L times (T, H, W), low level first.
        shares (list[np.ndarray]): L times (T'), see :func:`frame_shares`.
        frame_weights (np.ndarray | None): (T,) the guide's probability of
            the clip's label in each frame (the weights of L_ta, Eq. 4).
    """
    clip_id: str
    label: int
    pred: int
    score: float
    frames: np.ndarray
    heats: List[np.ndarray]
    shares: List[np.ndarray]
    frame_weights: Optional[np.ndarray]


def clip_frames(inputs: torch.Tensor) -> np.ndarray:
    """Frames of a packed clip, to be looked at.

    Args:
        inputs (Tensor): uint8 (T, 3, H, W), or (1, 3, T, H, W) as 3D
            recognizers take it.

    Returns:
        np.ndarray: uint8 (T, H, W, 3).
    """
    if inputs.ndim == 5:
        inputs = inputs[0].transpose(0, 1)
    return inputs.permute(0, 2, 3, 1).numpy()


def explain_clip(model: nn.Module,
                 dataset: BaseDFERDataset,
                 index: int,
                 weights: str = 'element') -> ClipHeat:
    """Explain the class that a model predicts for a clip.

    Args:
        model (nn.Module): Recognizer in eval mode; a guide with weights, if
            it has one, gives the frame weights.
        dataset (BaseDFERDataset): In test mode.
        index (int): Of the clip.
        weights (str): See :func:`grad_cam`.

    Returns:
        ClipHeat: The clip with its heat.
    """
    sample = dataset[index]
    with torch.no_grad():
        out, = model.test_step(pseudo_collate([sample]))
    pred, label = int(out.pred_label), int(out.gt_label)
    heats = [h[0] for h in grad_cam(model, pseudo_collate([sample]), [pred],
                                    weights)]
    frames = clip_frames(sample['inputs'])
    num_frames, size = len(frames), frames.shape[2]
    guide = getattr(model, 'guide', None)
    frame_weights = None
    if guide is not None and guide.output_index is not None:
        inputs = model.data_preprocessor(pseudo_collate([sample]),
                                         False)['inputs']
        probs = guide(inputs)[0].softmax(-1)
        frame_weights = probs[:, label].numpy()
    return ClipHeat(
        out.clip_id, label, pred, float(out.pred_score[pred]),
        frames,
        [heat_on_frames(h, num_frames, size) for h in heats],
        [frame_shares(h) for h in heats], frame_weights)


def draw_clip_heat(clip: ClipHeat,
                   classes: Sequence[str],
                   max_frames: int = 16) -> Figure:
    """Draw frames, heat of each level, and both weights over time.

    Args:
        clip (ClipHeat): The clip.
        classes (Sequence[str]): The K emotion names.
        max_frames (int): Frames shown, evenly spread. Defaults to 16.

    Returns:
        Figure: To be saved.
    """
    count = len(clip.frames)
    picks = np.unique(
        np.linspace(0, count - 1, min(count, max_frames)).round().astype(int))
    num_levels = len(clip.heats)
    side = 1.3 if len(picks) <= 8 else .95  # inches of a frame
    figure = new_figure((side * len(picks) + 1.3,
                         (side + .06) * (num_levels + 1) + 2.6))
    rows = figure.subplots(
        num_levels + 2, 1, height_ratios=[side] * (num_levels + 1) + [1.7])
    top = num_levels - 1
    strips = [(clip.frames, None, 'frames')] + [
        (clip.frames, clip.heats[level],
         f'level {level}' + (' (top)' if level == top else ''))
        for level in range(top, -1, -1)
    ]
    for axes, (frames, heat, name) in zip(rows, strips):
        _draw_strip(axes, frames[picks], None if heat is None else heat[picks])
        axes.set_ylabel(name)
    rows[0].set_title(
        f'Clip {clip.clip_id}: labelled "{classes[clip.label]}", predicted '
        f'"{classes[clip.pred]}" ({100 * clip.score:.0f} %), which is '
        'explained', loc='left', fontsize=10)
    _draw_weights(rows[-1], clip, classes[clip.label], picks)
    return figure


def _draw_strip(axes: Axes, frames: np.ndarray,
                heat: Optional[np.ndarray]) -> None:
    """Frames side by side, heat laid over grey."""
    strip = np.concatenate(frames, axis=1)
    # the same horizontal axis as the chart below
    place = dict(extent=(-.5, len(frames) - .5, 0, 1), aspect='auto')
    if heat is None:
        axes.imshow(strip, **place)
    else:
        axes.imshow(strip.mean(-1), cmap='gray', vmin=0, vmax=255, **place)
        over = np.concatenate(heat, axis=1)
        over = over / max(over.max(), 1e-12)  # one scale for the whole clip
        axes.imshow(over, cmap='inferno', vmin=0, vmax=1,
                    alpha=.15 + .75 * np.sqrt(over), **place)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def _draw_weights(axes: Axes, clip: ClipHeat, label: str,
                  picks: np.ndarray) -> None:
    """The guide's weight of each frame and the levels' shares of heat."""
    count = len(clip.frames)
    frames = np.interp(np.arange(count), picks, np.arange(len(picks)))
    for level, share in enumerate(clip.shares):
        when = np.arange(count) * len(share) // count
        axes.plot(frames, share[when] * len(share), marker='o', markersize=3,
                  color=_LEVEL_COLORS[level % len(_LEVEL_COLORS)],
                  label=f'heat of level {level}')
    axes.axhline(1, color='#999999', linewidth=.7, linestyle=':')
    axes.set_ylabel('heat / clip\'s mean')
    axes.set_xlabel('sampled frame')
    axes.set_xlim(-.5, len(picks) - .5)
    axes.set_xticks(np.arange(len(picks)), picks + 1)
    axes.set_ylim(bottom=0)
    axes.spines[['top', 'right']].set_visible(False)
    if clip.frame_weights is not None:
        right = axes.twinx()
        right.bar(frames, clip.frame_weights,
                  width=.8 * len(picks) / count, color='#cfd8e3',
                  label=f'guide: probability of "{label}"')
        right.set_ylim(0, 1)
        right.set_ylabel('guide\'s probability')
        right.spines['top'].set_visible(False)
        axes.set_zorder(right.get_zorder() + 1)
        axes.patch.set_visible(False)
    axes.figure.legend(loc='outside lower center', ncols=4, frameon=False,
                       fontsize=8)

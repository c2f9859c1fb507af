# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Figures 1, 3, 4 and 5 of the paper, for any runs and clips."""
from typing import Mapping, NamedTuple, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..evaluation.confusion import confusion_matrix, group_matrix
from ..evaluation.runs import RunResult
from .clip_figure import EMOTION_COLORS
from .plots import draw_confusion_matrix, new_figure


def draw_run_confusions(runs: Sequence[RunResult]) -> Figure:
    """Runs side by side: emotions above, groups below (Figures 4 and 5).

    Args:
        runs (Sequence[RunResult]): Their folds are pooled.

    Returns:
        Figure: To be saved, as those of the functions below.
    """
    classes = runs[0].hierarchy.num_classes
    side = 2 + .72 * classes
    figure = new_figure((side * len(runs), side + 4.2))
    axes = figure.subplots(2, len(runs), squeeze=False,
                           height_ratios=(side, 4.2))
    for column, run in enumerate(runs):
        test, metrics = run.pooled(), run.metrics()
        hierarchy = test.hierarchy
        matrix = confusion_matrix(test.pred, test.target,
                                  hierarchy.num_classes)
        draw_confusion_matrix(
            axes[0, column], matrix, hierarchy.classes,
            '{}: WAR {WAR:.2f}, UAR {UAR:.2f}'.format(run.name, **metrics))
        draw_confusion_matrix(
            axes[1, column], group_matrix(matrix, hierarchy.group_of),
            hierarchy.group_names,
            'groups: WAR {WAR3:.2f}, UAR {UAR3:.2f}'.format(**metrics))
    return figure


def draw_alpha(curve: Mapping[str, Sequence[float]],
               title: str) -> Figure:
    """WAR of 3 and 7 emotions over alpha, as Figure 3.

    Args:
        curve (Mapping[str, Sequence[float]]): ``alpha`` in 0..1 and, in
            percent, ``WAR`` and ``WAR3`` of each; with ``WAR low``,
            ``WAR high`` (and of WAR3) an interval is shaded.
        title (str): Title: which model, which clips.
    """
    figure = new_figure((6, 4.2))
    axes = figure.add_subplot()
    for name, label, color in (('WAR3', '3 emotions', '#2a9d8f'),
                               ('WAR', '7 emotions', '#d1495b')):
        axes.plot(curve['alpha'], curve[name], marker='o', color=color,
                  label=label)
        if f'{name} low' in curve:
            axes.fill_between(curve['alpha'], curve[f'{name} low'],
                              curve[f'{name} high'], color=color, alpha=.12,
                              linewidth=0)
    axes.set_xticks(np.linspace(0, 1, 11))
    axes.set_xlabel(r'$\alpha$, share of the local classifiers')
    axes.set_ylabel('WAR, %')
    axes.grid(color='#dddddd', linewidth=.6)
    axes.spines[['top', 'right']].set_visible(False)
    axes.legend(frameon=False)
    axes.set_title(title, fontsize=10)
    return figure


class Strip(NamedTuple):
    """Some frames of a clip and what a frame-level model sees in each.

    Attributes:
        clip_id (str): Its id.
        label (int): Label of the whole clip, 0..K-1.
        frames (np.ndarray): uint8 (T, H, W, 3).
        frame_probs (np.ndarray): (T, K).
        frame_inds (np.ndarray): (T,) 0-based places in the clip.
    """
    clip_id: str
    label: int
    frames: np.ndarray
    frame_probs: np.ndarray
    frame_inds: np.ndarray


def draw_strips(strips: Sequence[Strip], classes: Sequence[str],
                source: str = '') -> Figure:
    """Clips in rows: label at the left, each frame's own below it (Figure 1).

    Args:
        strips (Sequence[Strip]): The clips, with equally many frames.
        classes (Sequence[str]): The K emotion names.
        source (str): What the clips are, for the title.
    """
    columns = max(len(strip.frames) for strip in strips)
    figure = new_figure((1.1 * columns + 1.2, 1.5 * len(strips) + .6))
    axes = figure.subplots(len(strips), columns, squeeze=False)
    for panel in axes.ravel():
        panel.set_axis_off()
    for row, strip in enumerate(strips):
        for column, (frame, probs) in enumerate(
                zip(strip.frames, strip.frame_probs)):
            panel, seen = axes[row, column], classes[probs.argmax()]
            panel.imshow(frame)
            panel.text(
                .5, -.05, f'{seen}\n{100 * probs.max():.0f} %', va='top',
                ha='center', transform=panel.transAxes, fontsize=8,
                fontweight='bold' if probs.argmax() == strip.label else None,
                color=EMOTION_COLORS.get(seen, 'black'))
            panel.set_title(f'{strip.frame_inds[column] + 1}', fontsize=7,
                            color='#888888', pad=2)
        axes[row, 0].text(
            -.12, .5, f'{classes[strip.label]}\n{strip.clip_id}', va='center',
            ha='right', transform=axes[row, 0].transAxes, fontsize=10)
    figure.suptitle(
        f'Clip labels (left) and what a frame-level model sees in single '
        f'frames{f", {source}" if source else ""}', fontsize=10)
    return figure

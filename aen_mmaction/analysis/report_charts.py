# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The charts of a run's report, as matplotlib figures."""
from typing import Dict, List, Optional, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binomtest

from ..evaluation.calibration import calibration_error, reliability
from ..evaluation.confusion import confusion_matrix, group_matrix
from ..evaluation.runs import TestRun
from .clip_figure import EMOTION_COLORS
from .plots import draw_confusion_matrix, new_figure

_LINES = ('#d1495b', '#2a9d8f', '#8e6bbf', '#e0a458', '#457b9d', '#6a994e')


def draw_curves(rows: Sequence[Dict]) -> Optional[Figure]:
    """Losses, validation rates and learning rate over the epochs.

    Args:
        rows (Sequence[dict]): From :func:`read_scalars`.

    Returns:
        Figure | None: None if nothing was logged.
    """
    steps = [row for row in rows if 'iter' in row]
    if not steps:
        return None
    per_epoch = max(row['iter'] for row in steps) / max(
        row['epoch'] for row in steps)
    tests = [row for row in rows if 'iter' not in row]
    figure = new_figure((10, 3.4))
    panels = figure.subplots(1, 3 if tests else 2, squeeze=False)[0]
    when = [row['iter'] / per_epoch for row in steps]
    losses = [k for k in dict.fromkeys(k for row in steps for k in row)
              if 'loss' in k]
    _lines(panels[0], when, steps, losses, 'training losses')
    _lines(panels[1], when, steps, ['lr'], 'learning rate')
    panels[1].ticklabel_format(axis='y', scilimits=(0, 0))
    if tests:
        rates = [k for k in tests[0] if k.split('/')[-1] in
                 ('WAR', 'UAR', 'WAR3', 'UAR3')]
        _lines(panels[2], [row['step'] for row in tests], tests, rates,
               'validation, %')
        panels[2].set_ylim(0, 100)
    return figure


def _lines(axes: Axes, when: Sequence[float], rows: Sequence[Dict],
           names: Sequence[str], title: str) -> None:
    """Values of some keys over time."""
    for name, color in zip(names, _LINES * len(names)):
        found = [(x, row[name]) for x, row in zip(when, rows) if name in row]
        axes.plot(*zip(*found), color=color, marker='.', markersize=4,
                  linewidth=1.8 if name == 'loss' else 1.1,
                  label=name.split('/')[-1])
    axes.set_title(title, fontsize=10)
    axes.set_xlabel('epoch')
    axes.grid(color='#e5e5e5', linewidth=.6)
    axes.spines[['top', 'right']].set_visible(False)
    if len(names) > 1:
        axes.legend(fontsize=8, facecolor='white', framealpha=.8,
                    edgecolor='none')


def draw_class_bars(test: TestRun) -> Figure:
    """Recall of each class with 95 % Wilson intervals, UAR as a line.

    Args:
        test (TestRun): The test.
    """
    matrix = confusion_matrix(test.pred, test.target,
                              test.hierarchy.num_classes)
    classes = test.hierarchy.classes
    figure = new_figure((8, .42 * len(classes) + 1.2))
    axes = figure.add_subplot()
    for place, name in enumerate(classes):
        clips, right = int(matrix[place].sum()), int(matrix[place, place])
        if not clips:
            axes.text(1, place, 'no clip in this test', va='center')
            continue
        recall = 100 * right / clips
        ends = binomtest(right, clips).proportion_ci(method='wilson')
        reach = [[recall - 100 * ends.low], [100 * ends.high - recall]]
        axes.barh(place, recall, color=EMOTION_COLORS.get(name, '#888888'),
                  xerr=np.maximum(reach, 0), ecolor='#555555', capsize=3)
        axes.text(101.5, place, f'{recall:.1f} %   {right} of {clips}',
                  va='center', fontsize=9)
    axes.axvline(test.metrics()['UAR'], color='black', linestyle='--',
                 linewidth=1, label='UAR')
    axes.set_yticks(range(len(classes)), classes)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel('recall, % (95 % interval)')
    axes.spines[['top', 'right']].set_visible(False)
    figure.legend(loc='outside lower right', frameon=False)
    return figure


def draw_confusions(test: TestRun) -> Figure:
    """Confusion of emotions, and of their groups beside it.

    Args:
        test (TestRun): The test.
    """
    hierarchy = test.hierarchy
    matrix = confusion_matrix(test.pred, test.target, hierarchy.num_classes)
    figure = new_figure((12.5, 7))
    left, right = figure.subplots(1, 2, width_ratios=(1.75, 1))
    draw_confusion_matrix(left, matrix, hierarchy.classes, 'emotions')
    draw_confusion_matrix(right, group_matrix(matrix, hierarchy.group_of),
                          hierarchy.group_names, 'groups')
    return figure


def draw_calibration(test: TestRun) -> Figure:
    """Accuracy over confidence, and how many clips have which.

    Args:
        test (TestRun): The test.
    """
    bins = reliability(test.scores, test.target)
    figure = new_figure((5.2, 5))
    axes, below = figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)
    width = np.diff(bins.edges)
    full = bins.clips > 0
    left = bins.edges[:-1]
    axes.bar(left[full], 100 * bins.accuracy[full], width[full], align='edge',
             color='#457b9d', edgecolor='white')
    axes.plot(bins.confidence[full], 100 * bins.accuracy[full], 'o',
              color='#1d3557', markersize=4)
    axes.plot([0, 1], [0, 100], linestyle='--', color='#888888')
    axes.set_ylabel('right, %')
    axes.set_title('expected calibration error '
                   f'{calibration_error(bins):.1f} %', fontsize=10)
    below.bar(left, bins.clips, width, align='edge', color='#b8b8b8',
              edgecolor='white')
    below.set_ylabel('clips')
    below.set_xlabel('probability of the predicted class')
    for panel in (axes, below):
        panel.spines[['top', 'right']].set_visible(False)
    return figure


def confident_mistakes(test: TestRun, most: int = 8) -> List[int]:
    """Places of the wrong predictions the model is surest of.

    Args:
        test (TestRun): The test.
        most (int): How many at most. Defaults to 8.

    Returns:
        list[int]: Surest first; ties in the order of the clips.
    """
    wrong = np.flatnonzero(test.pred != test.target)
    sure = test.scores[wrong, test.pred[wrong]]
    return wrong[np.argsort(-sure, kind='stable')][:most].tolist()


def draw_contact_sheet(clips: Sequence[np.ndarray],
                       captions: Sequence[str]) -> Figure:
    """Clips in rows, some of their frames side by side.

    Args:
        clips (Sequence[np.ndarray]): uint8 (T, H, W, 3) each.
        captions (Sequence[str]): A line for each.
    """
    figure = new_figure((10, 1.45 * len(clips)))
    for axes, frames, caption in zip(
            figure.subplots(len(clips), 1, squeeze=False)[:, 0], clips,
            captions):
        picks = np.linspace(0, len(frames) - 1, 8).round().astype(int)
        axes.imshow(np.concatenate(frames[picks], axis=1))
        axes.set_axis_off()
        axes.set_title(caption, fontsize=9, loc='left', pad=3)
    return figure

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A result as a picture: stacked probabilities over time, faces above."""
from typing import Dict, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from ..analysis.clip_figure import EMOTION_COLORS
from ..analysis.plots import new_figure
from .results import FaceTimeline, VideoResult

_SHOWN, _THUMBNAILS = 8, 12


def emotion_colors(classes: Sequence[str]) -> Dict[str, str]:
    """A colour for each emotion, the same in every picture."""
    others = iter(colormaps['tab20b'].colors)
    return {
        name: EMOTION_COLORS.get(name) or to_hex(next(others))
        for name in classes
    }


def draw_timeline(result: VideoResult) -> Figure:
    """Draw the faces that were there longest, at most eight.

    Args:
        result (VideoResult): May be without a face.

    Returns:
        Figure: Thumbnails stand at their times; no face, no colour.
    """
    shown = result.faces[:_SHOWN]
    figure = new_figure((11, 1.2 + 2.3 * max(len(shown), 1)))
    figure.suptitle(_title(result, len(shown)), ha='left', x=.02, fontsize=10)
    if not shown:
        axes = figure.subplots()
        axes.text(.5, .5, result.nothing, ha='center', va='center',
                  transform=axes.transAxes)
        _time_axis(axes, result)
        return figure
    grid = figure.subplots(
        2 * len(shown), 1, squeeze=False, sharex=True,
        height_ratios=(.7, 1.6) * len(shown))[:, 0]
    for face, strip, chart in zip(shown, grid[::2], grid[1::2]):
        _draw_strip(strip, face, result)
        _draw_probs(chart, face, result)
    _time_axis(grid[-1], result)
    figure.legend(*grid[1].get_legend_handles_labels(),
                  loc='outside right center', reverse=True, frameon=False)
    return figure


def _title(result: VideoResult, shown: int) -> str:
    text = f'{result.name}: {len(result.faces)} face(s)'
    if shown < len(result.faces):
        text += f', the {shown} longest drawn, all of them in the table'
    if result.problem:
        text += f'\n{result.problem}'
    return text


def _time_axis(axes: Axes, result: VideoResult) -> None:
    axes.set_ylim(0, 1)
    axes.set_xlabel('seconds')
    end = max(float(result.times[-1]), float(result.times[0]) + .04)
    axes.set_xlim(float(result.times[0]), end)


def _draw_strip(axes: Axes, face: FaceTimeline, result: VideoResult) -> None:
    """Thumbnails around the times of their frames."""
    start, end = result.times[0], max(result.times[-1], result.times[0] + .04)
    axes.set_yticks([])
    axes.tick_params(bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.set_ylabel(f'face {face.face_id}', rotation=0, ha='right',
                    va='center')
    width, last = 1 / _THUMBNAILS, -1.
    for frame, picture in face.thumbnails:
        at = (result.times[frame] - start) / (end - start)
        left = min(max(at - width / 2, 0), 1 - width)
        if left < last:
            continue
        last = left + width
        inset = axes.inset_axes((left, 0, width, 1))
        inset.imshow(picture)
        inset.axis('off')


def _draw_probs(axes: Axes, face: FaceTimeline, result: VideoResult) -> None:
    """Stacked probabilities; one frame is drawn as wide as a frame is."""
    times, probs = face.times, np.nan_to_num(face.probs)
    if len(times) == 1:
        times = np.array([times[0], times[0] + .04])
        probs = np.repeat(probs, 2, 0)
    axes.stackplot(times, probs.T, labels=result.classes, linewidth=0,
                   colors=emotion_colors(result.classes).values())
    axes.set_ylim(0, 1)
    axes.set_yticks([0, .5, 1], ['0', '50 %', '100 %'])
    axes.spines[['top', 'right']].set_visible(False)

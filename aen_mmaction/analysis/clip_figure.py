# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Picture of one clip: its frames, what the guide and the recognizer say."""
from pathlib import Path
from typing import Sequence, Union

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .timeline import ClipTimeline

#: One colour per emotion, the same in every picture.
EMOTION_COLORS = dict(
    happy='#f2b134',
    sad='#4a7fb5',
    neutral='#b8b8b8',
    angry='#d1495b',
    surprise='#8e6bbf',
    disgust='#6a994e',
    fear='#3d405b')
_STRIP = 12  # frames shown


def plot_clip(timeline: ClipTimeline, classes: Sequence[str],
              path: Union[str, Path], source: str) -> None:
    """Draw a film strip over two stacked probability charts.

    Args:
        timeline (ClipTimeline): The clip.
        classes (Sequence[str]): The K emotion names.
        path (str | Path): Picture to write.
        source (str): What the clip is, for the title, e.g. ``'drawn face'``.
    """
    num_frames = len(timeline.frames)
    figure = Figure(figsize=(11, 6.2), layout='constrained')
    FigureCanvasAgg(figure)
    strip, guide, clip = figure.subplots(3, 1, height_ratios=(1.15, 1.6, 1.6))
    _draw_strip(strip, timeline.frames)
    strip.set_title(
        f'Clip {timeline.clip_id} ({source}), labelled '
        f'"{classes[timeline.label]}"', loc='left', fontweight='bold')
    _draw_probs(guide, timeline.frame_probs, classes)
    guide.set_title('What the 2D guide sees in each single frame', loc='left')
    guide.tick_params(labelbottom=False)
    _draw_probs(clip, timeline.clip_probs, classes)
    final = timeline.clip_probs[-1]
    clip.set_title(
        'What AEN says of the clip up to that frame; at the end: '
        f'{classes[final.argmax()]}, {100 * final.max():.0f} %', loc='left')
    clip.set_xlabel('frame')
    for axes in (guide, clip):
        axes.set_xlim(1, num_frames)
    figure.legend(
        *guide.get_legend_handles_labels(), loc='outside right center',
        reverse=True, frameon=False)
    figure.savefig(path, dpi=110)


def _draw_strip(axes: Axes, frames: np.ndarray) -> None:
    """Some frames side by side, each above its number."""
    picks = np.linspace(0, len(frames) - 1, _STRIP).round().astype(int)
    height, width = frames.shape[1:3]
    axes.imshow(np.concatenate(frames[picks], axis=1), aspect='equal')
    axes.set_xticks((np.arange(_STRIP) + 0.5) * width, picks + 1)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _draw_probs(axes: Axes, probs: np.ndarray,
                classes: Sequence[str]) -> None:
    """Stacked probabilities, (F, K), over the frames."""
    axes.stackplot(
        np.arange(1, len(probs) + 1), probs.T, labels=classes,
        colors=[EMOTION_COLORS.get(name) for name in classes])
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ['0', '50 %', '100 %'])
    axes.spines[['top', 'right']].set_visible(False)

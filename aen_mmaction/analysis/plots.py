# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Plots of results, drawn without a display."""
from pathlib import Path
from typing import Sequence, Tuple, Union

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def new_figure(size: Tuple[float, float]) -> Figure:
    """An empty figure of some inches that needs no display."""
    figure = Figure(figsize=size, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def draw_confusion_matrix(axes: Axes, matrix: np.ndarray,
                          names: Sequence[str], title: str = '') -> None:
    """Draw a confusion matrix with counts and row percents into axes.

    Colour and percent are shares of the row (of a true class), so the
    diagonal shows recalls whatever the classes' sizes.

    Args:
        axes (Axes): Where to draw.
        matrix (np.ndarray): ``(K, K)`` counts, rows true, columns predicted.
        names (Sequence[str]): The K class names.
        title (str): Title.

    Raises:
        ValueError: If the matrix is not ``(K, K)``.
    """
    matrix = np.asarray(matrix)
    size = len(names)
    if matrix.shape != (size, size):
        raise ValueError(f'matrix: expected shape ({size}, {size}) for '
                         f'{size} names, got {matrix.shape}')
    percent = 100 * matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    axes.imshow(percent, cmap='Blues', vmin=0, vmax=100)
    clips = matrix.sum(1)
    axes.set_xticks(range(size), names, rotation=45, ha='right',
                    rotation_mode='anchor')
    axes.set_yticks(range(size),
                    [f'{name}\n({n})' for name, n in zip(names, clips)])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(1, size) - 0.5, minor=True)
    axes.set_yticks(np.arange(1, size) - 0.5, minor=True)
    axes.grid(which='minor', color='white', linewidth=2)
    axes.tick_params(which='minor', length=0)
    for (row, column), share in np.ndenumerate(percent):
        axes.text(
            column, row, f'{share:.1f} %\n{matrix[row, column]}',
            ha='center', va='center', fontsize=8,
            color='white' if share > 55 else 'black')
    axes.set_xlabel('predicted (percent of the true class, clips)')
    axes.set_ylabel('true (clips)')
    axes.set_title(title)


def plot_confusion_matrix(matrix: np.ndarray,
                          names: Sequence[str],
                          path: Union[str, Path],
                          title: str = '') -> None:
    """Write :func:`draw_confusion_matrix` as a picture.

    Args:
        matrix (np.ndarray): ``(K, K)`` counts, rows true, columns predicted.
        names (Sequence[str]): The K class names.
        path (str | Path): File to write, e.g. ``confusion_matrix.png``.
        title (str): Title of the picture.

    Raises:
        ValueError: If the matrix is not ``(K, K)``.
    """
    side = 2 + 0.8 * len(names)  # inches
    figure = new_figure((side, side))
    draw_confusion_matrix(figure.add_subplot(), matrix, names, title)
    figure.savefig(path, dpi=150, bbox_inches='tight')

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Results of a test run as a table and as files."""
import csv
import io
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np

from aen_mmaction.analysis.plots import plot_confusion_matrix
from aen_mmaction.files import write_atomic

Intervals = Dict[str, Tuple[float, float]]


def format_table(metrics: Dict[str, float], intervals: Intervals,
                 clips: Dict[str, int]) -> str:
    """Metrics as an aligned table for the log.

    Args:
        metrics (dict[str, float]): As :func:`evaluation.calculate`, percent.
        intervals (dict): Metric -> (low, high) percent, may be empty.
        clips (dict[str, int]): Class name -> number of its clips.

    Returns:
        str: One line a class, then one line a metric; a class without clips
        has a dash.
    """
    lines = [('class', 'clips', 'recall %')]
    for name, count in clips.items():
        recall = metrics.get(f'recall_{name}')
        lines.append(
            (name, str(count), '-' if recall is None else f'{recall:.2f}'))
    rows = _align(lines)
    header = ('metric', 'value %')
    lines = [header + ('95 % interval', )] if intervals else [header]
    for name, value in metrics.items():
        if name.startswith('recall_'):
            continue
        line = (name, f'{value:.2f}')
        if intervals:
            low, high = intervals.get(name, (None, None))
            line += ('' if low is None else f'{low:.2f} to {high:.2f}', )
        lines.append(line)
    return '\n'.join(rows + [''] + _align(lines))


def _align(lines: Sequence[Sequence[str]]) -> List[str]:
    """Left-align the first column, right-align the others."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return [
        '  '.join([line[0].ljust(widths[0])] + [
            cell.rjust(width) for cell, width in zip(line[1:], widths[1:])
        ]).rstrip() for line in lines
    ]


def write_confusion_matrix(stem: Path, matrix: np.ndarray,
                           names: Sequence[str], title: str) -> None:
    """Write ``<stem>.csv`` (counts) and ``<stem>.png``.

    Args:
        stem (Path): Path without suffix.
        matrix (np.ndarray): ``(K, K)`` counts, rows true, columns predicted.
        names (Sequence[str]): The K class names.
        title (str): Title of the picture.
    """
    rows = [(name, *counts) for name, counts in zip(names, matrix.tolist())]
    _write_csv(stem.with_suffix('.csv'), ('true\\predicted', *names), rows)
    plot_confusion_matrix(matrix, names, stem.with_suffix('.png'), title)


def write_predictions(path: Path, results: Sequence[dict],
                      classes: Sequence[str]) -> None:
    """Write one line a clip: its id, label, prediction and probabilities.

    Args:
        path (Path): The csv file to write.
        results (Sequence[dict]): One dict a clip, with clip_id (str), label
            and pred (int), scores (``(K,)`` probabilities).
        classes (Sequence[str]): The K class names.
    """
    rows = [(row['clip_id'], classes[row['label']], classes[row['pred']],
             *(f'{p:.6f}' for p in row['scores'])) for row in results]
    _write_csv(path, ('clip_id', 'label', 'pred', *classes), rows)


def _write_csv(path: Path, header: Sequence[str],
               rows: Sequence[Sequence]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([header, *rows])
    write_atomic(path, text.getvalue().encode())

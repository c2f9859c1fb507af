# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The sections of a run's report."""
import base64
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from torch import nn

from ..datasets import BaseDFERDataset
from ..datasets.labels import clip_labels
from ..evaluation.runs import TestRun
from . import report_charts
from .embedding import clip_vectors, draw_embeddings, embed
from .gradcam_figure import clip_frames, draw_clip_heat, explain_clip
from .work_dir import read_scalars


@dataclass
class Part:
    """A section: pictures as data URIs, or why there are none."""
    key: str
    title: str
    note: str = ''
    pictures: List[str] = field(default_factory=list)
    missing: str = ''


def data_uri(figure: Figure, kind: str = 'svg') -> str:
    """A figure as text that an ``img`` element takes.

    Args:
        figure (Figure): The figure.
        kind (str): 'svg' for charts, 'jpeg' for photographs.
    """
    file = io.BytesIO()
    with matplotlib.rc_context({'svg.fonttype': 'path'}):
        figure.savefig(file, format=kind, dpi=110)
    mime = dict(svg='svg+xml', jpeg='jpeg')[kind]
    return f'data:image/{mime};base64,' + base64.b64encode(
        file.getvalue()).decode()


def sections_from_files(work_dir: Path, test: TestRun) -> Dict[str, Part]:
    """All sections in order; those that need no weights are filled.

    Args:
        work_dir (Path): The training's folder.
        test (TestRun): Its test.

    Returns:
        dict[str, Part]: By key.
    """
    parts = {
        key: Part(key, title, note)
        for key, title, note in (
            ('curves', 'Training', ''),
            ('classes', 'Recall of each class', ''),
            ('confusion', 'Confusion', ''),
            ('calibration', 'Calibration', 'On the dashed line, 80 of 100 '
             'clips predicted with 80 % are right.'),
            ('mistakes', 'Most confident mistakes', ''),
            ('tsne', 'Clip vectors', 't-SNE; distances between clusters mean '
             'nothing. The silhouette is of the vectors themselves.'),
            ('gradcam', 'Where and when', 'Grad-CAM of the predicted class '
             'at each semantic level: two clips predicted right, one wrong.'))
    }
    charts: Dict[str, Callable[[], Optional[Figure]]] = dict(
        curves=lambda: report_charts.draw_curves(read_scalars(work_dir)),
        classes=lambda: report_charts.draw_class_bars(test),
        confusion=lambda: report_charts.draw_confusions(test),
        calibration=lambda: report_charts.draw_calibration(test))
    for key, draw in charts.items():
        figure = draw()
        if figure is None:
            parts[key].missing = f'{work_dir} holds no training log.'
        else:
            parts[key].pictures = [data_uri(figure)]
    return parts


def fill_from_model(parts: Dict[str, Part], test: TestRun, model: nn.Module,
                    dataset: BaseDFERDataset) -> None:
    """Fill the sections that need weights and data.

    Args:
        parts (dict[str, Part]): From :func:`sections_from_files`, changed.
        test (TestRun): The test.
        model (nn.Module): The recognizer tested, in eval mode.
        dataset (BaseDFERDataset): Its test data.

    Raises:
        ValueError: If the test is of other data.
    """
    _load_guide(model)
    place = {dataset.get_data_info(i)['clip_id']: i
             for i in range(len(dataset))}
    unknown = [c for c in test.clip_ids if c not in place]
    if unknown:
        raise ValueError(f'clip {unknown[0]!r} of the test is not in the '
                         "config's test data")
    classes = test.hierarchy.classes

    def caption(i: int) -> str:
        label, pred = classes[test.target[i]], classes[test.pred[i]]
        return (f'{test.clip_ids[i]}: labelled {label}, predicted {pred} '
                f'({100 * test.scores[i, test.pred[i]]:.0f} %)')

    wrong = report_charts.confident_mistakes(test)
    if wrong:
        clips = [clip_frames(dataset[place[test.clip_ids[i]]]['inputs'])
                 for i in wrong]
        parts['mistakes'].pictures = [
            data_uri(report_charts.draw_contact_sheet(
                clips, [caption(i) for i in wrong]), 'jpeg')
        ]
    else:
        parts['mistakes'].note = 'Every clip was predicted right.'
    right = np.flatnonzero((test.pred == test.target) &
                           (test.target != _neutral(classes)))
    sure = test.scores[np.arange(len(test.pred)), test.pred]
    shown = right[np.argsort(-sure[right])][:2].tolist() + wrong[:1]
    for i in shown:
        clip = explain_clip(model, dataset, place[test.clip_ids[i]])
        parts['gradcam'].pictures.append(
            data_uri(draw_clip_heat(clip, classes), 'jpeg'))
    labels = clip_labels(dataset)
    found = {
        name: embed(clip_vectors(model, dataset, level), labels,
                    test.hierarchy)
        for name, level in (('lowest level', 0), ('top level', -1))
    }
    parts['tsne'].pictures = [
        data_uri(draw_embeddings(found, test.hierarchy), 'jpeg')
    ]


def _neutral(classes: Tuple[str, ...]) -> int:
    return classes.index('neutral') if 'neutral' in classes else -1


def _load_guide(model: nn.Module) -> None:
    """Read a guide's weights if they are there: frame weights need them."""
    guide = getattr(model, 'guide', None)
    if guide is not None and Path(guide.checkpoint).exists():
        guide.init_weights()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Train on one data set, test on another, on the classes both have."""
from typing import Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset

from ..datasets.labels import clip_labels
from ..emotions import EmotionHierarchy, label_map, shared_classes
from ..engine.config_options import as_tested, inner_pipeline
from ..evaluation import calculate
from ..evaluation.tables import Table


class CrossTest(NamedTuple):
    """A model tested on a data set.

    Attributes:
        classes (tuple[str]): What both have, in the data set's order.
        only_model (tuple[str]): Classes only the model knows; it may not
            answer with them.
        only_data (dict[str, int]): Classes only the data set has and their
            clips, which are left out.
        num_clips (int): Clips tested.
        metrics (dict[str, float]): Percent, see :func:`calculate`.
    """
    classes: Tuple[str, ...]
    only_model: Tuple[str, ...]
    only_data: Dict[str, int]
    num_clips: int
    metrics: Dict[str, float]

    def left_out(self) -> str:
        """What was left out on either side, for a table; '' if nothing."""
        parts = [f'{name} ({count} clips)'
                 for name, count in self.only_data.items()]
        parts += [f'answer {name}' for name in self.only_model]
        return ', '.join(parts)


def foreign_test_set(own: Config, other: Config) -> Dataset:
    """Another config's test data as a model's own pipeline prepares them.

    Args:
        own (Config): The model's config; its test pipeline holds sampling
            and image size.
        other (Config): The config whose test data are wanted.

    Returns:
        Dataset: The data.
    """
    init_default_scope(other.default_scope)
    return DATASETS.build(
        as_tested(other.test_dataloader.dataset,
                  inner_pipeline(own.test_dataloader.dataset)))


@torch.no_grad()
def cross_test(model: nn.Module,
               model_classes: Sequence[str],
               dataset: Dataset,
               batch_size: int = 8) -> CrossTest:
    """Test a model on a data set with other classes, by name.

    The model's probabilities of shared classes are compared, the others
    struck out.

    Args:
        model (nn.Module): Recognizer in eval mode.
        model_classes (Sequence[str]): The K classes of its scores.
        dataset (Dataset): Test data with ``classes`` in their metainfo.
        batch_size (int): Clips at a time. Defaults to 8.

    Returns:
        CrossTest: The result.

    Raises:
        ValueError: If fewer than two classes are shared, or there is no clip
            of them.
    """
    names = dataset.metainfo['classes']
    shared = shared_classes(names, model_classes)
    columns = list(label_map(shared, model_classes))
    place = {label: i for i, label in enumerate(label_map(shared, names))}
    labels = clip_labels(dataset)
    keep = np.flatnonzero(np.isin(labels, list(place)))
    if not len(keep):
        raise ValueError(f'the data set has no clip of {shared}')
    loader = DataLoader(
        Subset(dataset, keep.tolist()), batch_size, collate_fn=pseudo_collate)
    scores = torch.cat([
        torch.stack([s.pred_score for s in model.test_step(batch)])
        for batch in loader
    ])  # (N, K)
    pred = scores[:, columns].argmax(1).cpu().numpy()
    target = np.array([place[label] for label in labels[keep]])
    return CrossTest(
        shared,
        tuple(n for i, n in enumerate(model_classes) if i not in columns), {
            name: int((labels == i).sum())
            for i, name in enumerate(names) if i not in place
        }, len(keep), calculate(pred, target, EmotionHierarchy(shared)))


def cross_tables(cells: Dict[Tuple[str, str], CrossTest]
                 ) -> Tuple[Table, Table]:
    """The matrix, and every cell in full.

    Args:
        cells (dict): (trained on, tested on) -> result.

    Returns:
        tuple[Table, Table]: Rows trained on, columns tested on, UAR / WAR;
        and one row for each cell.
    """
    rows = list(dict.fromkeys(a for a, _ in cells))
    columns = list(dict.fromkeys(b for _, b in cells))

    def shown(a: str, b: str) -> str:
        if (a, b) not in cells:
            return '-'
        return '{UAR:.2f} / {WAR:.2f}'.format(**cells[a, b].metrics)

    matrix = Table(
        ('trained on, tested on:', *columns),
        [[a, *(shown(a, b) for b in columns)] for a in rows],
        ('UAR / WAR in percent, over the classes both sides have. Cells with '
         'different classes or clips are not comparable; see the other '
         'table.', ))
    full: List[List] = [[
        a, b, len(cell.classes), cell.num_clips, cell.left_out() or 'nothing',
        *(cell.metrics[rate] for rate in ('UAR3', 'WAR3', 'UAR', 'WAR'))
    ] for (a, b), cell in cells.items()]
    return matrix, Table(('trained on', 'tested on', 'classes', 'clips',
                          'left out', 'UAR3', 'WAR3', 'UAR', 'WAR'), full)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Vectors of frames and clips of a whole data set, for use elsewhere."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Union

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from torch.utils.data import DataLoader

from ..checks import check_option
from ..engine.config_options import (as_tested, fold_of, inner_datasets,
                                     inner_pipeline)
from ..models.recognizers import DFERRecognizer
from .loading import LoadedModel


class Features(NamedTuple):
    """C clips of one part of a data set.

    Attributes:
        clip_ids (ndarray): str (C,).
        labels (ndarray): int64 (C,), indices into ``classes``.
        classes (tuple[str]): The K emotions.
        split (str): ``'train'`` or ``'test'``.
        fold (int): 1-based; 0 where the data set has none.
        arrays (dict[str, ndarray]): float32 ``pred_score`` (C, K); of each
            semantic level l ``clip_l`` (C, D_l) and ``frame_l`` (C, T, D_l);
            int64 ``frame_inds`` (C, T), the frames looked at.
    """
    clip_ids: np.ndarray
    labels: np.ndarray
    classes: tuple
    split: str
    fold: int
    arrays: Dict[str, np.ndarray]


@torch.inference_mode()
def extract_features(loaded: LoadedModel,
                     split: str = 'test',
                     data_root: Optional[str] = None,
                     batch_size: int = 16,
                     with_frames: bool = True) -> Features:
    """Run a model over a part of its config's data, as in testing.

    The training part too is sampled and prepared as in testing, without
    augmentation.

    Args:
        loaded (LoadedModel): A model of this project.
        split (str): ``'test'`` or ``'train'``. Defaults to 'test'.
        data_root (str, optional): Folder of the data set as released,
            instead of the config's.
        batch_size (int): Clips at a time. Defaults to 16.
        with_frames (bool): Keep the frame vectors, T times as large as the
            clip vectors. Defaults to True.

    Returns:
        Features: In the order of the data set.

    Raises:
        ValueError: If ``split`` is unknown, the model one of MMAction2's own
            recognizers, or the data's class names not the model's.
    """
    check_option('split', split, ('test', 'train'))
    model, cfg = loaded.model, loaded.cfg
    if not isinstance(model, DFERRecognizer):
        raise ValueError(
            f'expected a DFERRecognizer, got {type(model).__name__}: for '
            "MMAction2's own recognizers there is its "
            'tools/misc/clip_feature_extraction.py')
    options = as_tested(cfg[f'{split}_dataloader'].dataset,
                        inner_pipeline(cfg.test_dataloader.dataset))
    if data_root is not None:
        for part in inner_datasets(options):
            part['data_root'] = data_root
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        dataset = DATASETS.build(options)
    if tuple(dataset.metainfo['classes']) != loaded.classes:
        raise ValueError(
            f'class names of the model are {loaded.classes}, those of the '
            f"data set {tuple(dataset.metainfo['classes'])}")
    loader = DataLoader(dataset, batch_size, collate_fn=pseudo_collate)
    rows: Dict[str, List[np.ndarray]] = {}
    ids, labels = [], []
    for batch in loader:
        data = model.data_preprocessor(batch)
        for key, value in _vectors(model, data['inputs'], with_frames).items():
            rows.setdefault(key, []).append(value)
        samples = data['data_samples']
        ids.extend(s.clip_id for s in samples)
        labels.extend(int(s.gt_label) for s in samples)
        rows.setdefault('frame_inds', []).append(
            np.stack([s.frame_inds for s in samples]))
    return Features(
        np.array(ids), np.array(labels), loaded.classes, split,
        fold_of(options),
        {key: np.concatenate(values) for key, values in rows.items()})


def _vectors(model: DFERRecognizer, inputs: torch.Tensor,
             with_frames: bool) -> Dict[str, np.ndarray]:
    feats, _ = model.extract_feat(inputs)
    head = model.cls_head
    found = dict(pred_score=head.scores(head(feats))['pred_score'])
    for level, vectors in enumerate(feats.clip_feats):
        found[f'clip_{level}'] = vectors
    if with_frames:
        for level, vectors in enumerate(feats.frame_feats):
            found[f'frame_{level}'] = vectors
    return {key: value.float().cpu().numpy() for key, value in found.items()}


def write_features(features: Features, path: Union[str, Path]) -> None:
    """Write features as ``.npz``, or as ``.parquet`` where pyarrow is there.

    Both hold clip_id, label, emotion (the label's name), fold, split and the
    arrays; parquet a row for each clip, with lists for vectors.

    Args:
        features (Features): What to write.
        path (str | Path): File to write.

    Raises:
        ImportError: If pyarrow is wanted and missing.
        ValueError: If the file's name ends otherwise.
    """
    path = Path(path)
    check_option('suffix of the file', path.suffix, ('.npz', '.parquet'))
    num_clips = len(features.labels)
    columns = dict(
        clip_id=features.clip_ids,
        label=features.labels,
        emotion=np.array(features.classes)[features.labels],
        fold=np.full(num_clips, features.fold),
        split=np.full(num_clips, features.split),
        **features.arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == '.npz':
        np.savez(path, classes=np.array(features.classes), **columns)
        return
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ImportError(f"{error}: parquet needs pip install 'pyarrow>=14'; "
                          'or write .npz') from error
    table = pyarrow.table({
        key: pyarrow.array(column.tolist())
        for key, column in columns.items()
    })
    names = ','.join(features.classes)
    parquet.write_table(
        table.replace_schema_metadata({'classes': names}), path)

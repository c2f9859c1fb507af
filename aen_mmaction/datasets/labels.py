# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Labels of all clips of a data set, also through wrappers."""
import numpy as np
from torch.utils.data import Dataset


def clip_labels(dataset: Dataset) -> np.ndarray:
    """Label of each clip, without reading any media.

    Args:
        dataset (Dataset): With ``get_data_info``, as every data set and
            wrapper of MMEngine has.

    Returns:
        np.ndarray: int64 (clips,).
    """
    return np.array(
        [dataset.get_data_info(i)['label'] for i in range(len(dataset))],
        dtype=np.int64)


def class_counts(dataset: Dataset) -> np.ndarray:
    """Clips of each class.

    Args:
        dataset (Dataset): As above, with ``metainfo['classes']``.

    Returns:
        np.ndarray: int64 (K,), in the order of the classes.
    """
    return np.bincount(
        clip_labels(dataset), minlength=len(dataset.metainfo['classes']))

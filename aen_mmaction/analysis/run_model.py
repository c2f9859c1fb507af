# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A trained recognizer and the data that its config tests on."""
from pathlib import Path
from typing import Tuple, Union

from mmengine.config import Config
from torch import nn
from torch.utils.data import Dataset

from ..inference import load_recognizer
from .work_dir import build_test_set


def load_run(cfg: Config,
             checkpoint: Union[str, Path]) -> Tuple[nn.Module, Dataset]:
    """Load a recognizer of any kind, and the data that its config tests on.

    Args:
        cfg (Config): Its config.
        checkpoint (str | Path): Its weights; they must fit exactly. Class
            names that it lacks are those of the data.

    Returns:
        tuple[nn.Module, Dataset]: Model in eval mode on the CPU, its guide
        without weights until ``init_weights`` is called on it; data set.

    Raises:
        FileNotFoundError: If weights or data are missing.
        ValueError: If the weights do not fit, or if checkpoint, head and data
            have other classes or another order of them.
    """
    dataset = build_test_set(cfg)
    loaded = load_recognizer(cfg, checkpoint, keep_guide=True,
                             classes=dataset.metainfo.get('classes'))
    return loaded.model, dataset

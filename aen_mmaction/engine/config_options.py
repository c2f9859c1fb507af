# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the tools' options change in a config."""
from typing import Iterator, Optional

from mmengine.config import Config, ConfigDict

_LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def _datasets(cfg: Config) -> Iterator[ConfigDict]:
    """Innermost data sets of all dataloaders, through wrappers."""
    queue = [cfg[key].dataset for key in _LOADERS if cfg.get(key)]
    while queue:
        dataset = queue.pop()
        if 'dataset' in dataset:
            queue.append(dataset.dataset)
        elif 'datasets' in dataset:
            queue.extend(dataset.datasets)
        else:
            yield dataset


def set_data_root(cfg: Config, data_root: str) -> None:
    """Let every data set of a config read below ``data_root``.

    Args:
        cfg (Config): Changed in place.
        data_root (str): Folder that holds the data set as released.
    """
    for dataset in _datasets(cfg):
        dataset.data_root = data_root


def settle_workers(cfg: Config) -> None:
    """Without workers there are none to persist: torch wants it said.

    Args:
        cfg (Config): Changed in place, where ``num_workers`` is 0.
    """
    for key in _LOADERS:
        if cfg.get(key) and not cfg[key].get('num_workers'):
            cfg[key].persistent_workers = False


def set_report_dir(cfg: Config, out_dir: Optional[str], default: str) -> None:
    """Let DFERMetric write its files of the test into a folder.

    Args:
        cfg (Config): Changed in place.
        out_dir (str, optional): Folder for confusion matrices, predictions
            and metrics, whatever the config says.
        default (str): Folder where neither this nor the config names one.
    """
    evaluators = cfg.get('test_evaluator') or []
    if not isinstance(evaluators, (list, tuple)):
        evaluators = [evaluators]
    for evaluator in evaluators:
        if evaluator.type.split('.')[-1] == 'DFERMetric':
            evaluator.out_dir = out_dir or evaluator.get('out_dir', default)

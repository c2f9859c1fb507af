# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a config holds, and what the tools' options change in it."""
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from mmaction.registry import DATASETS
from mmengine.config import Config, ConfigDict

_LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def inner_datasets(dataset: Dict) -> List[Dict]:
    """Configs of the data sets inside wrappers and joint sets.

    Args:
        dataset (dict): Config of any data set.

    Returns:
        list[dict]: In order; ``[dataset]`` where it is none of these.
    """
    if 'dataset' in dataset:
        return inner_datasets(dataset['dataset'])
    if 'datasets' in dataset:
        return [inner for part in dataset['datasets']
                for inner in inner_datasets(part)]
    return [dataset]


def inner_pipeline(dataset: Dict) -> List[Dict]:
    """The pipeline of a data set inside its wrappers.

    Args:
        dataset (dict): Config of any data set.

    Returns:
        list[dict]: Its steps; of a joint set those of all its sets.

    Raises:
        ValueError: If the sets of a joint one have different pipelines.
    """
    pipeline, *others = [d['pipeline'] for d in inner_datasets(dataset)]
    if any(other != pipeline for other in others):
        raise ValueError(
            f"{dataset['type']}: expected the same pipeline in all of its "
            f'{1 + len(others)} data sets, found different ones; set '
            'datasets[i].pipeline to one list')
    return pipeline


def as_tested(dataset: Dict, pipeline: List[Dict]) -> Dict:
    """Config of a data set whose clips are read once each, as in testing.

    Args:
        dataset (dict): Config of any data set; wrappers that repeat it are
            left out, joint sets stay, with labels of their own.
        pipeline (list[dict]): Steps of the test pipeline.

    Returns:
        dict: A new config.
    """
    if 'dataset' in dataset:
        return as_tested(dataset['dataset'], pipeline)
    if 'datasets' in dataset:
        parts = [as_tested(part, pipeline) for part in dataset['datasets']]
        return {**dataset, 'datasets': parts}
    return {**dataset, 'pipeline': pipeline, 'test_mode': True}


def _datasets(cfg: Config) -> Iterator[ConfigDict]:
    """Innermost data sets of all dataloaders."""
    for key in _LOADERS:
        if cfg.get(key):
            yield from inner_datasets(cfg[key].dataset)


def schedulers(cfg: Config) -> List[ConfigDict]:
    """The parameter schedulers of a config with one optimizer.

    Args:
        cfg (Config): With ``param_scheduler`` a dict, a list, None or absent.

    Returns:
        list[ConfigDict]: In order; empty where nothing is scheduled.
    """
    found = cfg.get('param_scheduler') or []
    return [found] if isinstance(found, dict) else list(found)


def set_data_root(cfg: Config, data_root: str) -> None:
    """Let every data set of a config read below ``data_root``.

    Args:
        cfg (Config): Changed in place.
        data_root (str): Folder that holds the data set as released.
    """
    for dataset in _datasets(cfg):
        dataset.data_root = data_root


def set_fold(cfg: Config, fold: int) -> None:
    """Let every data set of a config read another fold.

    A data set with folds of actors has the argument ``fold``; otherwise the
    number in ``set_1`` of the list's name is replaced.

    Args:
        cfg (Config): Changed in place.
        fold (int): 1-based.

    Raises:
        ValueError: If a data set shows no fold.
    """
    for dataset in _datasets(cfg):
        ann_file = dataset.get('ann_file') or ''
        if hasattr(DATASETS.get(dataset.type), 'num_folds'):
            dataset.fold = fold
        elif re.search(r'set_\d+', ann_file):
            dataset.ann_file = re.sub(r'set_\d+', f'set_{fold}', ann_file)
        else:
            raise ValueError(
                f'{dataset.type}: expected a list with set_1 in its name, or '
                f'a data set with the argument fold; its list is '
                f'{ann_file!r}, so its folds are unknown')


def fold_of(dataset: ConfigDict) -> int:
    """The fold a data set's config reads; see :func:`set_fold`.

    Args:
        dataset (ConfigDict): Config of one data set.

    Returns:
        int: 1-based; 0 where it shows none.
    """
    named = re.search(r'set_(\d+)', dataset.get('ann_file') or '')
    return int(dataset.get('fold') or (named and named[1]) or 0)


def annotation_files(cfg: Config) -> Iterator[Path]:
    """The lists a config's data sets read, as far as it names them."""
    for dataset in _datasets(cfg):
        if dataset.get('ann_file'):
            yield Path(dataset.get('data_root') or '') / dataset.ann_file


def amp_options(cfg: Config) -> Dict[str, Any]:
    """What ``--amp`` of the tools changes in a config.

    Args:
        cfg (Config): Not changed.

    Returns:
        dict[str, Any]: Dotted key -> value: autocast to bfloat16, and where
        the model has it, its arithmetic for that.
    """
    options = {
        'optim_wrapper.type': 'AmpOptimWrapper',
        'optim_wrapper.dtype': 'bfloat16'
    }
    if cfg.model.type == 'DFERRecognizer':
        options['model.for_bfloat16'] = True
    return options


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
            evaluator.out_dir = out_dir or evaluator.get('out_dir') or default

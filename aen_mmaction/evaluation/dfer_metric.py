# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The metric of dynamic facial expression recognition for MMEngine."""
import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import torch
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from aen_mmaction.emotions import EmotionHierarchy, Groups
from aen_mmaction.files import write_atomic

from .confusion import confusion_matrix, group_matrix
from .functional import bootstrap_ci, calculate, rate_statistics
from .reporting import (Intervals, format_table, write_confusion_matrix,
                        write_predictions)


@METRICS.register_module()
class DFERMetric(BaseMetric):
    """WAR, UAR and their kin, in percent, over emotions and their groups.

    Logs (prefix ``dfer``): WAR, UAR, WAR3, UAR3, cross_group_error,
    hierarchy_inconsistency (for models that also predict a group) and
    recall_<emotion>; see :func:`calculate`. An emotion without a clip has no
    recall and does not count in UAR; its name is logged once.

    One row per clip is kept, so that clips a distributed sampler repeats to
    fill the last batch are dropped exactly.

    Args:
        classes (Sequence[str], optional): The K emotion names in label order.
            Defaults to None: those of the data set.
        groups (Mapping[str, Sequence[str]], optional): Group name -> its
            emotions. Defaults to None: those of the data set.
        out_dir (str, optional): Folder for confusion_matrix.{csv,png},
            confusion_matrix_groups.{csv,png}, predictions.csv and
            metrics.json. Defaults to None: no files.
        bootstrap (int): Resamples for 95 % intervals of WAR, UAR, WAR3 and
            UAR3 in table and metrics.json. Defaults to 0: none.
        seed (int): Seed of the bootstrap. Defaults to 0.
        collect_device (str): How processes share results: 'gpu' gathers over
            the process group (also gloo on the CPU), 'cpu' through files in
            the working directory. Defaults to 'gpu'.
        prefix (str, optional): Prefix of the keys. Defaults to 'dfer'.

    Raises:
        ValueError: If there are no class names, the groups do not part them,
            or a sample does not fit them.
    """

    default_prefix = 'dfer'

    def __init__(self,
                 classes: Optional[Sequence[str]] = None,
                 groups: Optional[Groups] = None,
                 out_dir: Optional[str] = None,
                 bootstrap: int = 0,
                 seed: int = 0,
                 collect_device: str = 'gpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.classes = classes
        self.groups = groups
        self.out_dir = out_dir
        self.bootstrap = bootstrap
        self.seed = seed
        self._absent_logged = False

    @property
    def hierarchy(self) -> EmotionHierarchy:
        """The emotions of the data set and their groups."""
        meta = self.dataset_meta or {}
        classes = self.classes or meta.get('classes')
        if not classes:
            raise ValueError(
                'DFERMetric: expected class names, but the data set gives no '
                "'classes' in its metainfo; set classes=... in the config")
        own = None if self.classes else meta.get('groups')
        return EmotionHierarchy(classes, self.groups or own)

    def process(self, data_batch: Any, data_samples: Sequence[Dict]) -> None:
        """Keep one row for each clip of a batch.

        Args:
            data_batch (Any): Not used.
            data_samples (Sequence[dict]): One dict a clip: ``pred_score``
                (K,) probabilities, ``pred_label`` and ``gt_label`` (1,),
                ``clip_id`` (str; needed with ``out_dir``) and, if the
                model predicts groups, ``pred_group_score`` (G,).
        """
        hierarchy = self.hierarchy
        for sample in data_samples:
            clip_id = sample.get('clip_id')
            if clip_id is None and self.out_dir:
                raise ValueError(
                    "DFERMetric: predictions.csv needs 'clip_id' in each data "
                    "sample; add it to the packing transform's meta_keys")
            scores = sample['pred_score'].float().cpu()
            if scores.shape != (hierarchy.num_classes, ):
                raise ValueError(
                    f'DFERMetric: clip {clip_id!r}: expected '
                    f'({hierarchy.num_classes},) scores for '
                    f'{hierarchy.classes}, got {tuple(scores.shape)}')
            groups = sample.get('pred_group_score')
            # Plain numbers: a tensor kept for each clip splits the heap, and
            # memory grows by far more than the row.
            self.results.append(
                dict(
                    clip_id=clip_id,
                    label=_single(sample, 'gt_label'),
                    pred=_single(sample, 'pred_label'),
                    group_pred=None if groups is None else int(
                        groups.argmax()),
                    scores=scores.tolist()))

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        """Metrics of all clips; logs the table and writes the files.

        Args:
            results (list[dict]): The rows of :meth:`process`, of all
                processes, each clip once.

        Returns:
            dict[str, float]: Percent, see :func:`calculate`.
        """
        hierarchy = self.hierarchy
        pred, target, group_pred = ([row[key] for row in results]
                                    for key in ('pred', 'label', 'group_pred'))
        metrics = calculate(pred, target, hierarchy,
                            None if None in group_pred else group_pred)
        matrix = confusion_matrix(pred, target, hierarchy.num_classes)
        clips = dict(zip(hierarchy.classes, matrix.sum(1).tolist()))
        intervals = self._intervals(pred, target, hierarchy)
        logger = MMLogger.get_current_instance()
        absent = [name for name, count in clips.items() if not count]
        if absent and not self._absent_logged:
            self._absent_logged = True
            logger.warning(f'no clip of {absent} among {len(results)}: no '
                           'recall for them, UAR is over the other classes')
        logger.info(f'{self.prefix}: {len(results)} clips\n' +
                    format_table(metrics, intervals, clips))
        if self.out_dir:
            self._write(results, hierarchy, metrics, intervals)
            logger.info(f'{self.prefix}: results written to {self.out_dir}')
        return metrics

    def _intervals(self, pred: Sequence[int], target: Sequence[int],
                   hierarchy: EmotionHierarchy) -> Intervals:
        """95 % bootstrap intervals, empty when they are off."""
        if not self.bootstrap:
            return {}
        return {
            name: bootstrap_ci(statistic, pred, target, hierarchy.num_classes,
                               self.bootstrap, self.seed)
            for name, statistic in rate_statistics(hierarchy).items()
        }

    def _write(self, results: List[dict], hierarchy: EmotionHierarchy,
               metrics: Dict[str, float], intervals: Intervals) -> None:
        """Write every file of ``out_dir``."""
        out_dir = Path(self.out_dir)
        out_dir.mkdir(parents=True, exist_ok=True)
        pred, target = ([row[key] for row in results]
                        for key in ('pred', 'label'))
        matrix = confusion_matrix(pred, target, hierarchy.num_classes)
        title = 'WAR {WAR:.2f} %, UAR {UAR:.2f} %'.format(**metrics)
        write_confusion_matrix(out_dir / 'confusion_matrix', matrix,
                               hierarchy.classes, title)
        title = 'WAR3 {WAR3:.2f} %, UAR3 {UAR3:.2f} %'.format(**metrics)
        write_confusion_matrix(out_dir / 'confusion_matrix_groups',
                               group_matrix(matrix, hierarchy.group_of),
                               hierarchy.group_names, title)
        write_predictions(out_dir / 'predictions.csv', results,
                          hierarchy.classes)
        summary = dict(
            num_clips=len(results),
            classes=hierarchy.classes,
            groups={name: list(members)
                    for name, members in hierarchy.groups.items()},
            metrics=metrics,
            intervals=intervals,
            bootstrap=self.bootstrap,
            seed=self.seed)
        write_atomic(out_dir / 'metrics.json',
                     json.dumps(summary, indent=2).encode())


def _single(sample: Dict, key: str) -> int:
    """The only label under a key of a data sample."""
    label = torch.as_tensor(sample[key])
    if label.numel() != 1:
        raise ValueError(
            f'DFERMetric: clip {sample.get("clip_id")!r}: expected one label '
            f'in {key}, got {label.tolist()}')
    return int(label)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets.labels import class_counts
from ...models.losses.class_weights import ClassWeights
from ..samplers import ClassBalancedSampler


@HOOKS.register_module()
class ClassWeightHook(Hook):
    """Compute the losses' class weights from the training split.

    It serves every loss with ``class_weights='inverse'`` or ``'effective'``
    and does nothing where there is none. The weights are logged.
    """

    def before_train(self, runner: Runner) -> None:
        """Count the clips of each class; give the losses their weights."""
        wanted = [
            module for module in runner.model.modules()
            if isinstance(module, ClassWeights) and module.scheme is not None
        ]
        if not wanted:
            return
        dataset = runner.train_dataloader.dataset
        counts = torch.from_numpy(class_counts(dataset))
        for module in wanted:
            rows = zip(dataset.metainfo['classes'], counts.tolist(),
                       module.fit(counts).tolist())
            runner.logger.info(
                f'class_weights={module.scheme!r}: ' + ', '.join(
                    f'{name} {weight:.3f} ({count} clips)'
                    for name, count, weight in rows))
        if isinstance(runner.train_dataloader.sampler, ClassBalancedSampler):
            runner.logger.warning(
                'class weights and a balancing sampler together: rare classes '
                'count twice. Leave one of them out.')

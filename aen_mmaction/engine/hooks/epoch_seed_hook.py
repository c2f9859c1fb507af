# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import logging
from typing import Any, Iterator, Optional

from mmaction.registry import HOOKS
from mmengine.dataset import InfiniteSampler, default_collate, pseudo_collate
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.runner import IterBasedTrainLoop, Runner


def seeded_datasets(dataset: Any) -> Iterator[Any]:
    """Yield the data sets with ``set_epoch`` inside any wrappers.

    Args:
        dataset (Dataset): A data set, or wrappers around one or several, as
            ``ConcatDataset``, ``RepeatDataset``, ``ClassBalancedDataset``.
    """
    if hasattr(dataset, 'set_epoch'):
        yield dataset
        return
    for child in getattr(dataset, 'datasets', []):
        yield from seeded_datasets(child)
    if hasattr(dataset, 'dataset'):
        yield from seeded_datasets(dataset.dataset)


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Tell the training data sets the seed and the epoch they are in.

    ``dataset.set_epoch(epoch, seed)`` writes to shared memory, so it reaches
    workers that live on (``persistent_workers``). In an iteration-based loop
    an epoch is one pass over the data loader. At the end of an epoch the
    clips skipped as unreadable are counted and named, over all processes.

    Data sets without ``set_epoch`` are left alone.
    """

    def before_train(self, runner: Runner) -> None:
        """Check the batches.

        Raises:
            ValueError: If there is none, or if MMEngine's own collate
                function would get None where clips may be skipped.
        """
        loader = runner.train_dataloader
        clips = len(loader.sampler)
        if not len(loader) and not isinstance(loader.sampler, InfiniteSampler):
            raise ValueError(
                'train_dataloader: expected clips for one batch at least, '
                f'found {clips} for each process with batch_size='
                f'{loader.batch_size} and drop_last=True, so no step. Try '
                f'--cfg-options train_dataloader.batch_size={clips}')
        collate = getattr(loader.collate_fn, 'func', loader.collate_fn)
        if collate in (pseudo_collate, default_collate) and any(
                getattr(dataset, 'on_bad_frame', 'error') == 'skip_clip'
                for dataset in seeded_datasets(loader.dataset)):
            raise ValueError(
                "on_bad_frame='skip_clip': expected a collate function that "
                f'leaves out None, found {collate.__name__}. Put collate_fn='
                "dict(type='skip_none_collate') into train_dataloader.")

    def before_train_epoch(self, runner: Runner) -> None:
        """Set the epoch before the workers begin to read.

        Raises:
            ValueError: With ``InfiniteSampler``, whose passes have no end a
                worker could tell.
        """
        loop = runner.train_loop
        if not isinstance(loop, IterBasedTrainLoop):
            self._set_epoch(runner, runner.epoch)
            return
        if not any(seeded_datasets(loop.dataloader.dataset)):
            return
        if isinstance(loop.dataloader.sampler, InfiniteSampler):
            raise ValueError(
                'EpochSeedHook: expected a sampler with epochs, found '
                'InfiniteSampler: what a worker reads would depend on how far '
                "it runs ahead. Use sampler=dict(type='DefaultSampler', "
                'shuffle=True).')
        self._set_epoch(runner, runner.iter // len(loop.dataloader))
        # The loop began to read when it was built, without seed and epoch.
        loop.dataloader_iterator = type(loop.dataloader_iterator)(
            loop.dataloader)

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        """Iteration-based loop: begin the next pass in time."""
        loop = runner.train_loop
        if isinstance(loop, IterBasedTrainLoop):
            epoch, rest = divmod(runner.iter + 1, len(loop.dataloader))
            if rest == 0:
                self._log_skipped(runner)
                self._set_epoch(runner, epoch)

    def after_train_epoch(self, runner: Runner) -> None:
        """Log the skipped clips."""
        self._log_skipped(runner)

    def _set_epoch(self, runner: Runner, epoch: int) -> None:
        for dataset in seeded_datasets(runner.train_dataloader.dataset):
            dataset.set_epoch(epoch, runner.seed)

    def _log_skipped(self, runner: Runner) -> None:
        for dataset in seeded_datasets(runner.train_dataloader.dataset):
            if getattr(dataset, 'on_bad_frame', 'error') != 'skip_clip':
                continue
            marks = dataset.skip_marks.long()
            all_reduce(marks)
            # Only the first process can log a warning when it happens.
            names = [
                dataset.get_data_info(i)['clip_id']
                for i in marks.nonzero().flatten().tolist()
            ]
            if names:
                runner.logger.log(
                    logging.WARNING,
                    f'{len(names)} of {len(dataset)} clips of '
                    f'{dataset.ann_file} were skipped as unreadable in epoch '
                    f'{dataset.epoch + 1}: {", ".join(names)}.')

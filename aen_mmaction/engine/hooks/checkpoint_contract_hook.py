# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional, Sequence

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import BaseLoop

from aen_mmaction.emotions import canonical_name
from aen_mmaction.models.layers import UNUSED, without_unused
from aen_mmaction.models.weights import weight_faults

from .unwrap import unwrap_model

HEAD_PREFIXES = ('cls_head.', 'head.')  # MMAction2's and mmpretrain's


@HOOKS.register_module()
class CheckpointContractHook(Hook):
    """Refuse checkpoints that do not fit, before a weight is loaded.

    A checkpoint must hold every weight of the model and no other, and its
    class names must be those of the data set, in the same order. The model's
    own class names are held against the data set as well. Published weights
    that their model never uses (``unused.``) are left out, with a log line,
    unless the model keeps them.

    Args:
        reset_head (bool): Start a new training (``load_from``) with a fresh
            head: the checkpoint's head is left out, and its class names may
            differ. Never applies to testing or resuming. Defaults to False.

    Raises:
        ValueError: If class names or weights differ; lists what is wrong.
    """

    priority = 'VERY_HIGH'

    def __init__(self, reset_head: bool = False) -> None:
        self.reset_head = reset_head

    def before_train(self, runner) -> None:
        """Hold the model's class names against the training data's."""
        self._check_model_classes(runner)

    def before_test(self, runner) -> None:
        """Hold the model's class names against the test data's."""
        self._check_model_classes(runner)

    def after_load_checkpoint(self, runner, checkpoint: Dict) -> None:
        """Check a checkpoint, and leave its head out if asked."""
        reset = self.reset_head and _is_training(runner) and not runner._resume
        if not reset:
            _check_classes('the checkpoint', meta_classes(checkpoint),
                           _data_classes(runner))
        model = unwrap_model(runner.model)
        found = {
            key[7:] if key.startswith('module.') else key: tensor
            for key, tensor in checkpoint.get('state_dict',
                                              checkpoint).items()
        }
        own = _used(model.state_dict())
        if not getattr(getattr(model, 'unused', None), 'keep', False):
            every, found = found, without_unused(found)
            if len(found) < len(every):
                checkpoint['state_dict'] = found
        if reset:
            found = {
                k: v
                for k, v in found.items() if not k.startswith(HEAD_PREFIXES)
            }
            found.update((k, v) for k, v in own.items()
                         if k.startswith(HEAD_PREFIXES))
            checkpoint['state_dict'] = found
            runner.logger.info('reset_head=True: the head starts afresh, '
                               'everything else comes from the checkpoint')
        faults = weight_faults(_used(found), own)
        if faults:
            raise ValueError(
                'the checkpoint does not fit the model. Weights '
                f"{faults}. Was it made by another config? An authors' file "
                'is converted first: python tools/convert_checkpoint.py IN '
                'OUT --model NAME')

    def _check_model_classes(self, runner) -> None:
        head = getattr(unwrap_model(runner.model), 'cls_head', None)
        _check_classes('model.cls_head', getattr(head, 'classes', None),
                       _data_classes(runner))


def _used(state_dict: Dict) -> Dict:
    """Less what a model keeps but never uses."""
    return {k: v for k, v in state_dict.items() if not k.startswith(UNUSED)}


def _is_training(runner) -> bool:
    """Whether a training loop is built: it is when training starts."""
    return isinstance(runner._train_loop, BaseLoop)


def _data_classes(runner) -> Optional[Sequence[str]]:
    if _is_training(runner):
        loop = runner.train_loop
    else:
        loop = runner.test_loop if runner._test_loop else runner.val_loop
    if loop is None:  # weights loaded by hand into a runner that only trains
        return None
    return getattr(loop.dataloader.dataset, 'metainfo', {}).get('classes')


def meta_classes(checkpoint: Dict) -> Optional[Sequence[str]]:
    """Class names that a checkpoint carries, in order; None without."""
    meta = checkpoint.get('meta') or {}
    return (meta.get('dataset_meta') or {}).get('classes')


def _check_classes(owner: str, found: Optional[Sequence[str]],
                   data: Optional[Sequence[str]]) -> None:
    if found is None or data is None:
        return
    found, data = (tuple(map(canonical_name, c)) for c in (found, data))
    if found != data:
        raise ValueError(
            f'class names of {owner} are {found}, those of the data set '
            f'{data}. Test and resume with the same classes in the same '
            'order; to start a new training from this checkpoint, set '
            '--cfg-options custom_hooks.1.reset_head=True.')

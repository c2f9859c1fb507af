# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import copy
import logging
import os.path as osp
from typing import Callable, Dict, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmaction.utils import SampleList
from mmengine.logging import print_log
from mmengine.model import BaseModule
from mmengine.runner import CheckpointLoader
from torch import nn

from aen_mmaction.checks import check_option
from aen_mmaction.emotions import (DFEW_CLASSES, Classes, EmotionHierarchy,
                                   Groups, class_names, label_map)

from ..arithmetic import fold_for_inference, store_in
from ..layers import without_unused
from ..weights import weight_faults
from .unknown_emotions import share_groups


@MODELS.register_module()
class FrameGuide(BaseModule):
    """Frozen 2D FER model that says what each single frame shows.

    ::

        (N, T, 3, H, W) in [0, 1] -> the classifier's own mean and std
            -> classifier on N*T images -> classes brought to our order
            -> frame_logits (N, T, K)

    It is always in eval mode, gets no gradient, and is no submodule: its
    weights are not the recognizer's parameters, neither saved with it nor
    expected in its checkpoints. They come from ``checkpoint`` when training
    starts; testing never needs them.

    Args:
        classifier (dict): Config of an mmpretrain image classifier.
        checkpoint (str): Its weights, as stage 1 writes them.
        made_by (str): Config of the training that makes ``checkpoint``, named
            by the error when the file is missing.
        classes (str | Sequence[str]): The K emotions wanted, in order.
        checkpoint_classes (Sequence[str], optional): Order of the
            classifier's outputs, for a file that does not carry it. Defaults
            to the file's own ``meta['dataset_meta']['classes']``.
        unknown (str): Emotions that the classifier does not have:
            ``'error'``, or ``'share_group'``, they get an equal share of their
            group's probability (ours, see :func:`share_groups`).
        groups (Mapping[str, Sequence[str]], optional): The groups to share.
            Defaults to the sentiment of the emotions.

    Source: AEN sections 3.1 and 3.3 (the "guide network").
    """

    def __init__(self,
                 classifier: Dict,
                 checkpoint: str,
                 made_by: str,
                 classes: Classes = DFEW_CLASSES,
                 checkpoint_classes: Optional[Sequence[str]] = None,
                 unknown: str = 'error',
                 groups: Optional[Groups] = None) -> None:
        super().__init__()
        check_option('unknown', unknown, ('error', 'share_group'))
        import mmpretrain.models  # noqa: F401  registers its components
        classifier = MODELS.build(dict(_scope_='mmpretrain', **classifier))
        classifier.requires_grad_(False).train(False)
        # In a tuple it is no submodule: no parameter of the recognizer, not
        # in its state dict, not in the optimizer, never in training mode.
        self._frozen = (classifier, )
        self._folded, self._to_fold = (), False  # a faster copy, see fold()
        self.checkpoint = checkpoint
        self.made_by = made_by
        self.classes = class_names(classes)
        self.unknown = unknown
        self.hierarchy = (
            EmotionHierarchy(self.classes, groups)
            if unknown == 'share_group' else None)
        self.checkpoint_classes = checkpoint_classes
        self.num_outputs = 0  # this and the next two are set by loading
        self.known: Sequence[str] = ()
        self.output_index: Optional[torch.Tensor] = None

    @property
    def classifier(self) -> nn.Module:
        """The frozen classifier."""
        return self._frozen[0]

    def _apply(self, fn: Callable, recurse: bool = True) -> 'FrameGuide':
        """Take the classifier along to another device or dtype."""
        for network in self._frozen + self._folded:
            network._apply(fn)
        return super()._apply(fn, recurse)

    def init_weights(self) -> None:
        """Load the classifier's weights.

        Raises:
            FileNotFoundError: If there is no such file; names the command
                that makes it.
            ValueError: If the weights do not fit, or the class order is
                unknown or lacks a wanted emotion.
        """
        if not osp.exists(self.checkpoint):
            raise FileNotFoundError(
                f'guide weights not found: {self.checkpoint}. Train the '
                'frame-level model first:\n'
                f'    python tools/train.py {self.made_by} --data-root PATH\n'
                'or point model.guide.checkpoint to its checkpoint.')
        file = CheckpointLoader.load_checkpoint(self.checkpoint, 'cpu')
        state_dict = without_unused(file.get('state_dict', file))
        faults = weight_faults(state_dict, self.classifier.state_dict())
        if faults:
            raise ValueError(
                f'{self.checkpoint} does not fit model.guide.classifier: '
                f'weights {faults}. It was trained by another config than '
                f'{self.made_by}?')
        self.classifier.load_state_dict(state_dict)
        outputs = self.checkpoint_classes or file.get('meta', {}).get(
            'dataset_meta', {}).get('classes')
        if outputs is None:
            raise ValueError(
                f'{self.checkpoint} does not say the order of its classes: '
                'set model.guide.checkpoint_classes')
        outputs = class_names(outputs)
        self.num_outputs = len(outputs)
        self.known = [
            name for name in self.classes
            if self.unknown == 'error' or name in outputs
        ]
        self.output_index = torch.tensor(label_map(self.known, outputs))
        self._folded, self._to_fold = (), False
        self._is_init = True

    def fold(self) -> None:
        """From now on judge in bfloat16, by a faster copy of the classifier.

        The copy is made at the first frames, for the device they are on. A
        classifier whose batch norms cannot be folded, or which does not run
        with weights in bfloat16, is used as it is, and the log says so.
        """
        self._folded, self._to_fold = (), True

    def _fold(self, images: torch.Tensor) -> None:
        network, device = copy.deepcopy(self.classifier), images.device.type
        try:
            with torch.autocast(device, enabled=False):
                fold_for_inference(network, torch.bfloat16,
                                   lambda: [network(images)])
        except ValueError as error:
            return _say_it_stays(error)
        store_in(network, torch.bfloat16)
        try:
            with torch.autocast(device, torch.bfloat16):
                network(images)
        except torch.cuda.OutOfMemoryError:
            raise
        except RuntimeError as error:
            return _say_it_stays(error)
        self._folded = (network, )

    def _judge(self, images: torch.Tensor) -> torch.Tensor:
        """Images as the classifier wants them to logits (B, K')."""
        if self._to_fold:
            self._to_fold = False
            self._fold(images[:1])
        if not self._folded:
            return self.classifier(images)
        with torch.autocast(images.device.type, torch.bfloat16):
            return self._folded[0](images).float()

    @torch.no_grad()
    def forward(self,
                frames: torch.Tensor,
                data_samples: Optional[SampleList] = None) -> torch.Tensor:
        """Emotion logits of every frame.

        Args:
            frames (Tensor): (N, T, 3, H, W), RGB in [0, 1].
            data_samples (list[ActionDataSample], optional): Unused here.

        Returns:
            Tensor: frame_logits (N, T, K), in the order of ``classes``.

        Raises:
            RuntimeError: If the weights were never loaded.
            ValueError: If the classifier has not one output for each of its
                class names.
        """
        if self.output_index is None:
            raise RuntimeError('the guide has no weights yet: call '
                               'init_weights() of the recognizer first (the '
                               'runner does when training starts)')
        preprocessor = self.classifier.data_preprocessor
        images = frames.flatten(0, 1) * 255  # (N*T, 3, H, W)
        if preprocessor._enable_normalize:
            images = (images - preprocessor.mean) / preprocessor.std
        logits = self._judge(images)  # (N*T, K')
        if logits.shape[1] != self.num_outputs:
            raise ValueError(
                f'{self.checkpoint}: the classifier has {logits.shape[1]} '
                f'outputs but {self.num_outputs} class names: set '
                'model.guide.checkpoint_classes')
        logits = logits[:, self.output_index.to(logits.device)]
        if len(self.known) < len(self.classes):
            logits = share_groups(logits, self.known, self.hierarchy)
        return logits.unflatten(0, frames.shape[:2])  # (N, T, K)


def _say_it_stays(error: Exception) -> None:
    print_log(
        f'the guide runs as it is: {error}',
        logger='current',
        level=logging.WARNING)

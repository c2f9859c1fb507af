# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, List, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmaction.utils import SampleList
from mmengine.model import BaseModule
from torch import nn
from torch.nn import functional as F

from aen_mmaction.emotions import DFEW_CLASSES, Classes, class_names

from ..structures import ClipFeatures
from .targets import labels_of, targets_for


@MODELS.register_module()
class ClipHead(BaseModule):
    """A linear classifier on the clip vector of the top level.

    ::

        V_top (N, D) -> Linear -> cls_score (N, K)
        V_l (N, D_l), l in aux_levels -> Linear D_l -> 2 D_l -> Linear K,
                                         in training only

    Args:
        level_dims (Sequence[int]): D_l of each level, low to high; given by
            the recognizer.
        classes (str | Sequence[str]): The K emotions in label order, or the
            name of their order.
        losses (dict[str, dict]): Name in the log -> config of a loss of
            (logits, labels); they are added up. Defaults to the cross
            entropy as ``loss_cls``, which takes soft labels too.
        aux_levels (Sequence[int]): Levels that get an auxiliary classifier,
            trained by the cross entropy. Defaults to ``()``.
        aux_weights (Sequence[float]): Weight of each; together they are
            ``loss_aux``. Defaults to ``()``.

    Raises:
        ValueError: If a loss is misnamed, or the auxiliary levels and
            weights do not fit.
    """

    needs_guide = False

    def __init__(self,
                 level_dims: Sequence[int],
                 classes: Classes = DFEW_CLASSES,
                 losses: Dict[str, dict] = dict(
                     loss_cls=dict(type='ClipCrossEntropyLoss')),
                 aux_levels: Sequence[int] = (),
                 aux_weights: Sequence[float] = (),
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        misnamed = [name for name in losses if not name.startswith('loss_')]
        if misnamed or not losses or 'loss_aux' in losses:
            raise ValueError(
                "losses: expected names that begin with 'loss_' (not "
                f"'loss_aux', which is taken), got {list(losses)}")
        if (len(aux_levels) != len(aux_weights)
                or not set(aux_levels) <= set(range(len(level_dims)))):
            raise ValueError(
                'aux_levels and aux_weights: expected as many weights as '
                f'levels out of 0 to {len(level_dims) - 1}, got '
                f'{tuple(aux_levels)} and {tuple(aux_weights)}')
        self.classes = class_names(classes)
        num_classes = len(self.classes)
        self.classifier = nn.Linear(level_dims[-1], num_classes)
        self.aux_levels = tuple(aux_levels)
        self.aux_weights = tuple(aux_weights)
        self.aux_classifiers = nn.ModuleList(
            nn.Sequential(
                nn.Linear(level_dims[level], 2 * level_dims[level],
                          bias=False),
                nn.Linear(2 * level_dims[level], num_classes, bias=False))
            for level in aux_levels)
        self.losses = nn.ModuleDict(
            {name: MODELS.build(cfg) for name, cfg in losses.items()})

    def forward(self, feats: ClipFeatures) -> torch.Tensor:
        """Logits of the emotions.

        Args:
            feats (ClipFeatures): Clip vectors of all levels.

        Returns:
            Tensor: cls_score (N, K).
        """
        return self.classifier(feats.clip_feats[-1])

    def aux_logits(self, feats: ClipFeatures) -> List[torch.Tensor]:
        """Logits of the auxiliary classifiers.

        Args:
            feats (ClipFeatures): Clip vectors of all levels.

        Returns:
            list[Tensor]: (N, K) per auxiliary level.
        """
        return [
            classify(feats.clip_feats[level])
            for level, classify in zip(self.aux_levels, self.aux_classifiers)
        ]

    def loss(self,
             feats: ClipFeatures,
             data_samples: SampleList,
             frame_logits: Optional[torch.Tensor] = None) -> Dict:
        """Weighted losses of a batch.

        Args:
            feats (ClipFeatures): Clip vectors of all levels.
            data_samples (list[ActionDataSample]): N samples with gt_label.
            frame_logits (Tensor, optional): Unused; there is no guide.

        Returns:
            dict[str, Tensor]: Scalars under the names of ``losses``, and
            ``loss_aux`` where there are auxiliary classifiers.
        """
        cls_score = self(feats).float()
        device = cls_score.device
        terms = {
            name: loss(cls_score, targets_for(loss, data_samples, device))
            for name, loss in self.losses.items()
        }
        labels = labels_of(data_samples, device)
        aux_terms = [
            weight * F.cross_entropy(logits.float(), labels)
            for weight, logits in zip(self.aux_weights, self.aux_logits(feats))
        ]
        if aux_terms:
            terms['loss_aux'] = torch.stack(aux_terms).sum()
        return terms

    @staticmethod
    def scores(logits: torch.Tensor) -> Dict[str, torch.Tensor]:
        """Probabilities of the emotions.

        Args:
            logits (Tensor): cls_score (N, K), from :meth:`forward`.

        Returns:
            dict[str, Tensor]: ``pred_score`` (N, K), their softmax.
        """
        return dict(pred_score=logits.float().softmax(-1))

    def predict(self, feats: ClipFeatures,
                data_samples: SampleList) -> SampleList:
        """Write the prediction into the samples.

        Args:
            feats (ClipFeatures): Clip vectors of all levels.
            data_samples (list[ActionDataSample]): N samples.

        Returns:
            list[ActionDataSample]: With ``pred_score`` (K,) and
            ``pred_label`` (1,), its argmax.
        """
        scores = self.scores(self(feats))
        for sample, score in zip(data_samples, scores['pred_score']):
            sample.set_pred_score(score)
            sample.set_pred_label(score.argmax())
        return data_samples

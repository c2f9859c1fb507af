# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional, Sequence

import torch
import torch.nn as nn
from mmaction.registry import MODELS
from mmaction.utils import OptConfigType, SampleList
from mmengine.model import BaseModule

from aen_mmaction.checks import check_option
from aen_mmaction.emotions import (DFEW_CLASSES, Classes, EmotionHierarchy,
                                   Groups)

from ..layers import SemanticToAffectiveConverter
from ..losses import mixed_probabilities
from ..structures import AffectiveLogits, ClipFeatures
from .targets import labels_of, targets_for


@MODELS.register_module()
class S2ACHead(BaseModule):
    """AEN's top-down branch: two converters, three classifiers, its losses.

    ::

        V_2 ----------------------------> global classifier  (N, K)
        V_2 = F_0 -> S2AC with V_1 -> F_1 -> local classifier (N, G)
                       F_1 -> S2AC with V_0 -> F_2 -> local   (N, K)

    The prediction is P_O of level 2 (Eq. 3), its argmax the emotion.

    Args:
        level_dims (Sequence[int]): D_l of each semantic level, low to high;
            given by the recognizer.
        classes (str | Sequence[str]): The K emotions in label order, or the
            name of their order.
        groups (Mapping[str, Sequence[str]], optional): The G groups. Defaults
            to the sentiment of the emotions.
        level_order (Sequence[int]): Semantic levels that a = 1 and a = 2
            convert. Defaults to ``(1, 0)`` (Eq. 1); the released prototype
            has ``(0, 1)``.
        converter (dict): Options of :class:`SemanticToAffectiveConverter`
            (``residual``, ``softmax_dim``). Defaults to ``dict()``.
        loss_mc (dict): Config of L_mc (Eq. 2), which also holds alpha.
        loss_ta (dict, optional): Config of L_ta (Eq. 4); None switches it
            off.
        loss_ga (dict, optional): Config of L_ga (Eq. 5); None switches it
            off.
        test_alpha (float, optional): Share of the local classifiers in the
            prediction. Defaults to L_mc's alpha.
        test_mix (str): 'probs', the prediction is P_O (Eq. 3); 'logs', the
            logarithms are mixed and normalised (released code).

    Source: AEN sections 3.1 to 3.3.
    """

    def __init__(self,
                 level_dims: Sequence[int],
                 classes: Classes = DFEW_CLASSES,
                 groups: Optional[Groups] = None,
                 level_order: Sequence[int] = (1, 0),
                 converter: Dict = dict(),
                 loss_mc: Dict = dict(type='HierarchicalCrossEntropyLoss'),
                 loss_ta: OptConfigType = dict(type='TemporalAffectivityLoss'),
                 loss_ga: OptConfigType = dict(type='GlobalAffectivityLoss'),
                 test_alpha: Optional[float] = None,
                 test_mix: str = 'probs',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if (len(level_order) != 2
                or not set(level_order) <= set(range(len(level_dims)))):
            raise ValueError(
                'level_order: expected two of the semantic levels 0 to '
                f'{len(level_dims) - 1}, got {tuple(level_order)}')
        check_option('test_mix', test_mix, ('probs', 'logs'))
        self.hierarchy = EmotionHierarchy(classes, groups)
        self.level_order = tuple(level_order)
        num_classes = self.hierarchy.num_classes
        top_dim = level_dims[-1]
        dims = [level_dims[s] for s in level_order]
        self.global_classifier = nn.Linear(top_dim, num_classes)
        self.converters = nn.ModuleList([
            SemanticToAffectiveConverter(top_dim, dims[0], **converter),
            SemanticToAffectiveConverter(dims[0], dims[1], **converter)
        ])
        self.group_classifier = nn.Linear(dims[0], self.hierarchy.num_groups)
        self.emotion_classifier = nn.Linear(dims[1], num_classes)
        self.loss_mc = MODELS.build(loss_mc)
        self.loss_ta = MODELS.build(loss_ta) if loss_ta else None
        self.loss_ga = MODELS.build(loss_ga) if loss_ga else None
        self.test_alpha = test_alpha
        self.test_mix = test_mix

    @property
    def classes(self) -> Sequence[str]:
        """The K emotion names in label order."""
        return self.hierarchy.classes

    @property
    def needs_guide(self) -> bool:
        """Whether a loss uses the guide's frame logits."""
        return self.loss_ta is not None or self.loss_ga is not None

    @property
    def alpha(self) -> float:
        """Share of the local classifiers in the prediction, 0..1."""
        if self.test_alpha is not None:
            return self.test_alpha
        return self.loss_mc.options['alpha']

    def forward(self, feats: ClipFeatures) -> AffectiveLogits:
        """Logits of the three classifiers.

        Args:
            feats (ClipFeatures): Clip vectors V_s of all levels.

        Returns:
            AffectiveLogits: (N, K), (N, G) and (N, K).
        """
        clip_feats = feats.clip_feats
        top = clip_feats[-1]  # V_2 = F_0
        coarse, fine = (clip_feats[s] for s in self.level_order)
        group_feat = self.converters[0](top, coarse)  # F_1
        emotion_feat = self.converters[1](group_feat, fine)  # F_2
        return AffectiveLogits(
            self.global_classifier(top), self.group_classifier(group_feat),
            self.emotion_classifier(emotion_feat))

    def loss(self,
             feats: ClipFeatures,
             data_samples: SampleList,
             frame_logits: Optional[torch.Tensor] = None) -> Dict:
        """Weighted terms of Eq. 6, and the spread of V_s over the clips.

        Args:
            feats (ClipFeatures): Frame and clip vectors.
            data_samples (list[ActionDataSample]): N samples with gt_label;
                L_mc prefers their soft_label where there is one.
            frame_logits (Tensor, optional): (N, T, K), logits of the guide;
                needed by L_ta and L_ga.

        Returns:
            dict: ``loss_mc``, ``loss_ta``, ``loss_ga`` (scalars, weighted)
            and, monitored only, ``spread_v{s}``: standard deviation of V_s
            over the clips of the batch, mean over channels.
        """
        logits = self(feats)
        device = logits.global_logits.device
        labels = labels_of(data_samples, device)
        local = (logits.group_logits, logits.emotion_logits)
        losses = dict(
            loss_mc=self.loss_mc(
                *local, logits.global_logits,
                targets_for(self.loss_mc, data_samples, device),
                self.hierarchy))
        if self.loss_ta is not None:
            losses['loss_ta'] = self.loss_ta(feats.clip_feats,
                                             feats.frame_feats, frame_logits,
                                             labels)
        if self.loss_ga is not None:
            losses['loss_ga'] = self.loss_ga(*local, frame_logits,
                                             self.hierarchy)
        for s, feat in enumerate(feats.clip_feats):
            spread = feat.detach().float().std(dim=0, unbiased=False)
            losses[f'spread_v{s}'] = spread.mean()
        return losses

    def scores(self, logits: AffectiveLogits) -> Dict[str, torch.Tensor]:
        """Probabilities of emotions and groups.

        Args:
            logits (AffectiveLogits): From :meth:`forward`.

        Returns:
            dict[str, Tensor]: ``pred_score`` (N, K) = P_O of the emotions
            (see ``test_mix``) and ``pred_group_score`` (N, G) = P_O of the
            groups (all of Eq. 3).
        """
        pair = (logits.emotion_logits, logits.global_logits)
        if self.test_mix == 'probs':
            scores = mixed_probabilities(*pair, self.alpha)
        else:
            local, glob = (x.float().log_softmax(-1) for x in pair)
            scores = (self.alpha * local + (1 - self.alpha) * glob).softmax(-1)
        group_scores = mixed_probabilities(logits.group_logits,
                                           logits.global_logits, self.alpha,
                                           self.hierarchy)
        return dict(pred_score=scores, pred_group_score=group_scores)

    def predict(self, feats: ClipFeatures,
                data_samples: SampleList) -> SampleList:
        """Write the prediction into the samples.

        Args:
            feats (ClipFeatures): Clip vectors.
            data_samples (list[ActionDataSample]): N samples.

        Returns:
            list[ActionDataSample]: With a row of each of :meth:`scores` and
            ``pred_label`` (1,), the argmax of ``pred_score``.
        """
        scores = self.scores(self(feats))
        for sample, score, group in zip(data_samples, *scores.values()):
            sample.set_pred_score(score)
            sample.set_pred_label(score.argmax())
            sample.set_field(group, 'pred_group_score')
        return data_samples

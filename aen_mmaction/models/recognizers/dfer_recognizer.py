# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, List, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.models.recognizers import BaseRecognizer
from mmaction.registry import MODELS
from mmaction.utils import ConfigType, OptConfigType, SampleList
from mmengine.logging import print_log

from aen_mmaction.checks import check_option

from ..arithmetic import prepare_bfloat16_training
from ..backbones import LayerMaps, stage_map_backbone
from ..layers import PixelNorm, UnusedWeights
from ..structures import AffectiveLogits, ClipFeatures
from ..weights import load_shared_weights, weight_faults
from .gradient_shares import gradient_shares
from .stage_maps import probe, stage_maps


@MODELS.register_module()
class DFERRecognizer(BaseRecognizer):
    """Backbone, squeeze, temporal neck and head, with or without a guide.

    ::

        clips (N,T,3,H,W) in [0,1]
          backbone  -> stage maps   L x (N*T, C_l, H_l, W_l)
          neck      -> frame_feats  L x (N, T, D_l)
          temporal  -> clip_feats   L x (N, D_l)
          cls_head  -> losses, or pred_score (K,) of each clip
          guide     -> frame_logits (N, T, K), in training only

    Widths are measured on the backbone when the model is built. A 3D backbone
    gives (N, C_l, T_l, H_l, W_l): its levels are averaged in time to the T'
    of the top one, and so are the guide's probabilities.

    Args:
        backbone (dict): Any backbone that returns stage maps, low to high, or
            ``dict(type='torchvision.resnet18', layers=('layer1', ...))``;
            see ``LayerMaps``.
        neck (dict): Squeeze, e.g. ``LevelSqueeze``.
        temporal (dict): Temporal neck, e.g. ``LevelTemporalTransformer``.
        cls_head (dict): Head, e.g. ``S2ACHead``.
        data_preprocessor (dict): ``DFERDataPreprocessor``, which holds T and
            the image size.
        guide (dict, optional): ``FrameGuide``. Defaults to None.
        init_backbone_from_guide (bool): Start the backbone from the guide's
            weights (AEN section 3.3). Defaults to False.
        init_backbone (dict, optional): Start the backbone from a file: the
            arguments of :func:`load_shared_weights`; with ``checkpoint=None``
            it starts from scratch. Defaults to None: from scratch.
        backbone_norm (dict, optional): ``mean`` and ``std`` in [0, 1] that
            the backbone's pixels are normalised with, as pretrained ones
            expect; the guide has its own. Defaults to None.
        for_bfloat16 (bool): Arrange backbone and guide for training in
            bfloat16 (docs/speed.md): other arithmetic, same parameters.
            Defaults to False.
        keep_unused (bool): Take over what a converted checkpoint holds but
            its model never uses (see :class:`UnusedWeights`), to count or to
            write back published weights. Defaults to False.
        train_cfg (dict, optional): Unused, as in MMAction2's recognizers.
        test_cfg (dict, optional): Unused.
    """

    def __init__(self,
                 backbone: ConfigType,
                 neck: ConfigType,
                 temporal: ConfigType,
                 cls_head: ConfigType,
                 data_preprocessor: ConfigType = dict(
                     type='DFERDataPreprocessor'),
                 guide: OptConfigType = None,
                 init_backbone_from_guide: bool = False,
                 init_backbone: OptConfigType = None,
                 backbone_norm: OptConfigType = None,
                 for_bfloat16: bool = False,
                 keep_unused: bool = False,
                 train_cfg: OptConfigType = None,
                 test_cfg: OptConfigType = None) -> None:
        super().__init__(
            backbone=stage_map_backbone(backbone),
            data_preprocessor=data_preprocessor,
            train_cfg=train_cfg,
            test_cfg=test_cfg)
        self.backbone_norm = (
            PixelNorm(**backbone_norm) if backbone_norm else nn.Identity())
        map_shapes, num_frames, self.is_3d = probe(
            self.backbone, self.data_preprocessor.num_frames,
            self.data_preprocessor.img_size)
        self.neck = MODELS.build({**neck, 'map_shapes': map_shapes})
        level_dims = self.neck.level_dims
        self.temporal = MODELS.build({
            **temporal, 'level_dims': level_dims,
            'num_frames': num_frames
        })
        self.cls_head = MODELS.build({**cls_head, 'level_dims': level_dims})
        if guide is None and (self.cls_head.needs_guide
                              or init_backbone_from_guide):
            raise ValueError(
                'model.guide is missing: loss_ta, loss_ga and '
                'init_backbone_from_guide need it. Give a FrameGuide, or set '
                'cls_head.loss_ta=None, cls_head.loss_ga=None and '
                'init_backbone_from_guide=False.')
        self.guide = MODELS.build(guide) if guide else None
        self.init_backbone_from_guide = init_backbone_from_guide
        self.init_backbone = init_backbone or {}
        if init_backbone_from_guide and self.init_backbone.get('checkpoint'):
            raise ValueError(
                'the backbone can start from one file only: expected '
                'init_backbone_from_guide=False or init_backbone.checkpoint='
                f'None, got True and {self.init_backbone["checkpoint"]!r}')
        self.for_bfloat16 = for_bfloat16
        if for_bfloat16:
            prepare_bfloat16_training(self.backbone)
        self.unused = UnusedWeights(keep_unused)
        self.monitor_gradients = False  # set by LossBalanceHook

    def init_weights(self) -> None:
        """Initialise; guide and backbone may read their files.

        Raises:
            FileNotFoundError: If such a file is missing.
            ValueError: If the weights for the backbone do not fit it.
        """
        super().init_weights()
        if self.init_backbone.get('checkpoint'):
            inner = isinstance(self.backbone, LayerMaps)
            report = load_shared_weights(
                self.backbone.network if inner else self.backbone,
                **self.init_backbone)
            print_log(f'model.backbone: {report}', logger='current')
        if self.init_backbone_from_guide:
            self._copy_guide()
        if self.for_bfloat16 and self.guide:
            self.guide.fold()

    def _copy_guide(self) -> None:
        """Start the backbone from the guide's."""
        source = self.guide.classifier.backbone.state_dict()
        faults = weight_faults(source, self.backbone.state_dict())
        if faults:
            raise ValueError(
                "the guide's backbone cannot initialise model.backbone: "
                f'weights {faults}. Use the same architecture, or '
                'init_backbone_from_guide=False.')
        self.backbone.load_state_dict(source)

    def stage_maps(self, inputs: torch.Tensor) -> List[torch.Tensor]:
        """Maps of all levels.

        Args:
            inputs (Tensor): (N, T, 3, H, W) in [0, 1].

        Returns:
            list[Tensor]: L maps (N*T, C_l, H_l, W_l); T' for T if 3D.
        """
        return stage_maps(self.backbone, self.backbone_norm(inputs),
                          self.is_3d)

    def extract_feat(self, inputs: torch.Tensor,
                     **kwargs) -> Tuple[ClipFeatures, Dict]:
        """Frame and clip vectors.

        Args:
            inputs (Tensor): (N, T, 3, H, W) in [0, 1].

        Returns:
            tuple[ClipFeatures, dict]: The features, and no head arguments.
        """
        return self.level_feats(self.stage_maps(inputs), inputs.shape[0]), {}

    def level_feats(self, maps: List[torch.Tensor],
                    num_clips: int) -> ClipFeatures:
        """Squeeze the maps and look along time.

        Args:
            maps (list[Tensor]): L maps (N*T, C_l, H_l, W_l).
            num_clips (int): N.

        Returns:
            ClipFeatures: L x (N, T, D_l) and L x (N, D_l).
        """
        frame_feats = self.neck(maps, num_clips)
        return ClipFeatures(frame_feats, self.temporal(frame_feats))

    def frame_logits(
            self,
            inputs: torch.Tensor,
            num_frames: int,
            data_samples: Optional[SampleList] = None) -> torch.Tensor:
        """The guide's logits, its probabilities averaged to T' if need be.

        Args:
            inputs (Tensor): (N, T, 3, H, W) in [0, 1].
            num_frames (int): T, or T' of a 3D backbone.
            data_samples (list[ActionDataSample], optional): N, for a cached
                guide.

        Returns:
            Tensor: (N, T', K).
        """
        logits = self.guide(inputs, data_samples)
        if logits.shape[1] == num_frames:
            return logits
        probs = logits.float().softmax(-1).transpose(1, 2)  # (N, K, T)
        probs = F.adaptive_avg_pool1d(probs, num_frames).transpose(1, 2)
        return probs.clamp(min=torch.finfo(probs.dtype).tiny).log()

    def loss(self, inputs: torch.Tensor, data_samples: SampleList,
             **kwargs) -> Dict[str, torch.Tensor]:
        """Terms of AEN's objective (Eq. 6).

        Args:
            inputs (Tensor): (N, T, 3, H, W) in [0, 1].
            data_samples (list[ActionDataSample]): N, with gt_label.

        Returns:
            dict[str, Tensor]: The head's terms and monitored extras; when
            asked by LossBalanceHook also ``grad_share_*``.
        """
        maps = self.stage_maps(inputs)
        if self.monitor_gradients:  # a frozen stage's map asks for none
            # Views: hooks on the maps (ShardedStrategy) are for the backbone.
            maps = [m.view_as(m) if m.requires_grad else m.requires_grad_()
                    for m in maps]
        feats = self.level_feats(maps, inputs.shape[0])
        frame_logits = None
        if self.cls_head.needs_guide:
            frame_logits = self.frame_logits(inputs,
                                             feats.frame_feats[-1].shape[1],
                                             data_samples)
        losses = self.cls_head.loss(feats, data_samples, frame_logits)
        if self.monitor_gradients:
            losses.update(gradient_shares(losses, maps))
        return losses

    def _forward(self,
                 inputs: torch.Tensor,
                 stage: str = 'head',
                 **kwargs) -> Union[List, ClipFeatures, AffectiveLogits]:
        """Raw outputs of a stage, without post-processing.

        Args:
            inputs (Tensor): (N, T, 3, H, W) in [0, 1].
            stage (str): ``'backbone'``, ``'neck'`` or ``'head'``.

        Returns:
            list[Tensor] | ClipFeatures | AffectiveLogits: As named.

        Raises:
            ValueError: If the stage is unknown.
        """
        check_option('stage', stage, ('backbone', 'neck', 'head'))
        if stage == 'backbone':
            return self.stage_maps(inputs)
        feats, _ = self.extract_feat(inputs)
        return feats if stage == 'neck' else self.cls_head(feats)

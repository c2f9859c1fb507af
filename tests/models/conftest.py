# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A tiny AEN: T = 4, 32 px, an eighth of ResNet-18's widths."""
from copy import deepcopy

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.registry import init_default_scope

from aen_mmaction.emotions import RAFDB_CLASSES

SLIM = dict(depth=18, stem_channels=8, base_channels=8)
CLASSIFIER = dict(
    type='ImageClassifier',
    data_preprocessor=dict(mean=[0.] * 3, std=[255.] * 3, to_rgb=False),
    backbone=dict(type='ResNet', **SLIM),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(
        type='LinearClsHead',
        num_classes=7,
        in_channels=64,
        loss=dict(type='CrossEntropyLoss')))
RECOGNIZER = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=4, img_size=32),
    backbone=dict(type='AENResNet', **SLIM),
    neck=dict(type='LevelSqueeze', squeeze_channels=(1, 4)),
    temporal=dict(
        type='LevelTemporalTransformer',
        depth=1,
        num_heads=2,
        head_dim=4,
        mlp_dim=8),
    cls_head=dict(type='S2ACHead'))


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.fixture
def guide_cfg(tmp_path):
    """Function that writes stage-1 weights and gives the guide's config.

    ``guide_cfg(classes=RAFDB_CLASSES, meta=True, norm=None, **guide)``; the
    classifier has one output per class, ``norm`` is its data_preprocessor.
    """
    from mmpretrain.registry import MODELS as PRETRAIN_MODELS

    def make(classes=RAFDB_CLASSES, meta=True, norm=None, **guide):
        classifier = deepcopy(CLASSIFIER)
        classifier['head']['num_classes'] = len(classes)
        if norm is not None:
            classifier['data_preprocessor'] = norm
        init_default_scope('mmpretrain')
        model = PRETRAIN_MODELS.build(deepcopy(classifier))
        init_default_scope('mmaction')
        path = str(tmp_path / 'stage1.pth')
        file = dict(state_dict=model.state_dict())
        if meta:
            file['meta'] = dict(dataset_meta=dict(classes=classes))
        torch.save(file, path)
        return {
            **dict(
                type='FrameGuide',
                classifier=classifier,
                checkpoint=path,
                made_by='configs/frame_fer/resnet18_raf-db.py'),
            **guide
        }

    return make


@pytest.fixture
def build():
    """Function that builds the tiny recognizer, parts replaced as given."""

    def make(**parts):
        return MODELS.build({**deepcopy(RECOGNIZER), **deepcopy(parts)})

    return make


@pytest.fixture
def no_guide():
    """Head config without the losses that need a guide."""
    return dict(type='S2ACHead', loss_ta=None, loss_ga=None)


@pytest.fixture
def clips():
    """Function ``clips(n)``: a batch as the data loader gives it."""

    def make(num, frames=4, size=32, seed=0):
        generator = torch.Generator().manual_seed(seed)
        return dict(
            inputs=list(
                torch.randint(
                    0,
                    256, (num, frames, 3, size, size),
                    generator=generator,
                    dtype=torch.uint8)),
            data_samples=[
                ActionDataSample(metainfo=dict(clip_id=f'{i:05}')).set_gt_label(
                    i % 7) for i in range(num)
            ])

    return make

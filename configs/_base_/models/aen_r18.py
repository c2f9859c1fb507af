# AEN with ResNet-18 (Lee et al., CVPRW 2023), the paper read as it trains.
_base_ = './frame_fer_r18.py'

model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(type='AENResNet', depth=18, out_indices=(0, 2, 3)),
    neck=dict(type='LevelSqueeze'),
    temporal=dict(type='LevelTemporalTransformer', depth=3),
    cls_head=dict(
        type='S2ACHead',
        level_order=(1, 0),  # Eq. 1: a=1 converts V_1, a=2 converts V_0
        converter=dict(residual=True, softmax_dim=-1),
        loss_mc=dict(type='HierarchicalCrossEntropyLoss', alpha=0.7),
        loss_ta=dict(type='TemporalAffectivityLoss', loss_weight=0.4),
        loss_ga=dict(
            type='GlobalAffectivityLoss',
            level_weights=(1.4, 0.6),
            loss_weight=0.5)),
    guide=dict(
        type='FrameGuide',
        classifier=_base_.frame_fer,
        checkpoint='work_dirs/resnet18_raf-db/epoch_60.pth',
        made_by='configs/frame_fer/resnet18_raf-db.py'),
    init_backbone_from_guide=True)

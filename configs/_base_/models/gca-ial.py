# GCA + IAL (Li et al., AAAI 2023), as released.
model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(
        type='GCAResNet',
        num_frames=16,
        gca_stages=(1, 2),
        map_sizes=(14, 7),  # H = W of these stages
        zero_init_residual=False),
    neck=dict(type='DynamicStaticFusion'),
    temporal=dict(
        type='LevelTemporalTransformer',
        depth=(0, 0, 2),  # the contexts of the two GCA blocks are averaged
        num_heads=4,
        head_dim=32,
        mlp_dim=512,
        pool='mean'),
    cls_head=dict(
        type='ClipHead',
        losses=dict(
            loss_cls=dict(type='ClipCrossEntropyLoss'),
            # 0.1 in the released code, 0.5 in its comment
            loss_ial=dict(type='IntensityAwareLoss', loss_weight=0.1)),
        aux_levels=(0, 1),
        aux_weights=(0.05, 0.)))

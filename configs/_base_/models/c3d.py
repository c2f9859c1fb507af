# C3D with batch norm (Tran et al., ICCV 2015), as the authors of DFEW have it.
model = dict(
    type='Recognizer3D',
    backbone=dict(
        type='C3D', norm_cfg=dict(type='BN3d'), out_dim=8192),  # 16 x 112 px
    cls_head=dict(
        type='I3DHead',
        num_classes=7,
        in_channels=4096,
        spatial_type=None,  # the backbone gives one vector
        dropout_ratio=0.5,
        average_clips='prob'),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',  # to [0, 1], as Former-DFER's clips
        mean=[0., 0., 0.],
        std=[255., 255., 255.],
        format_shape='NCTHW'))

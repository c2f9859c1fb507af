# R(2+1)D-18 (Tran et al., CVPR 2018). MMAction2's ResNet2Plus1d always pools
# after the stem; its ResNet3d, given the same convolutions, need not.
model = dict(
    type='Recognizer3D',
    backbone=dict(
        type='ResNet3d',
        depth=18,
        pretrained=None,
        pretrained2d=False,
        conv_cfg=dict(type='Conv2plus1d'),
        conv1_kernel=(3, 7, 7),
        conv1_stride_t=1,
        temporal_strides=(1, 2, 2, 2),
        inflate=(1, 1, 1, 1),
        inflate_style='3x3x3',
        with_pool1=False,
        with_pool2=False,
        norm_cfg=dict(type='BN3d'),
        zero_init_residual=False),
    cls_head=dict(
        type='I3DHead',
        num_classes=7,
        in_channels=512,
        spatial_type='avg',
        dropout_ratio=0.,
        average_clips='prob'),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',  # to [0, 1], as Former-DFER's clips
        mean=[0., 0., 0.],
        std=[255., 255., 255.],
        format_shape='NCTHW'))

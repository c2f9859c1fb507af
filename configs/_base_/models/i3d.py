# I3D (Carreira and Zisserman, CVPR 2017): the inflated Inception, which is
# not MMAction2's I3D.
model = dict(
    type='Recognizer3D',
    backbone=dict(type='InceptionI3D'),
    cls_head=dict(
        type='I3DHead',
        num_classes=7,
        in_channels=1024,
        spatial_type='avg',
        dropout_ratio=0.5,
        average_clips='prob'),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',  # to [0, 1], as Former-DFER's clips
        mean=[0., 0., 0.],
        std=[255., 255., 255.],
        format_shape='NCTHW'))

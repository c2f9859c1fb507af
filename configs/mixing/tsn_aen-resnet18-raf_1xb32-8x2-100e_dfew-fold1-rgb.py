# MMAction2's TSN head on AEN's backbone as stage 1 trained it on faces.
_base_ = [
    '../_base_/datasets/dfew.py', '../_base_/schedules/sgd_1xb32-100e.py',
    '../_base_/default_runtime.py'
]

model = dict(
    type='Recognizer2D',
    backbone=dict(
        type='mmpretrain.ResNet',
        depth=18,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='work_dirs/resnet18_raf-db/epoch_60.pth',
            prefix='backbone.')),
    cls_head=dict(
        type='TSNHead', num_classes=7, in_channels=512, average_clips='prob'),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',  # to [0, 1], as stage 1
        mean=[0., 0., 0.],
        std=[255., 255., 255.],
        format_shape='NCHW'))

# AEN on MMAction2's Video Swin-T. 16 frames become T' = 8.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='SwinTransformer3D',
        arch='tiny',
        pretrained=None,
        pretrained2d=False,
        patch_size=(2, 4, 4),
        window_size=(8, 7, 7),
        drop_path_rate=0.1,
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='https://download.openmmlab.com/mmaction/v1.0/recognition/'
        'swin/swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_'
        'kinetics400-rgb/swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_'
        'kinetics400-rgb_20220930-241016b2.pth',
        fresh=('norm0', 'norm2')),  # behind the lower levels
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

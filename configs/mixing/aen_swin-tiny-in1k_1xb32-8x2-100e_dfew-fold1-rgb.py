# AEN on MMPretrain's Swin-T.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.SwinTransformer',
        arch='tiny',
        img_size=112,
        drop_path_rate=0.1,
        pad_small_map=True,  # 112 px end in a map smaller than a window
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='https://download.openmmlab.com/mmclassification/v0/'
        'swin-transformer/'
        'swin_tiny_224_b16x64_300e_imagenet_20210616_090925-66df6be6.pth',
        fresh=('norm0', 'norm2')),  # behind the lower levels
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

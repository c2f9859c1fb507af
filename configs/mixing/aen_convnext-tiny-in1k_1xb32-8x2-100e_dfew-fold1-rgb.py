# AEN on MMPretrain's ConvNeXt-T.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ConvNeXt',
        arch='tiny',
        drop_path_rate=0.1,
        gap_before_final_norm=False,  # maps, not vectors
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='https://download.openmmlab.com/mmclassification/v0/'
        'convnext/convnext-tiny_32xb128_in1k_20221207-998cf3e9.pth',
        fresh=('norm0', 'norm2')),  # behind the lower levels
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

# AEN on a plain vision transformer: MMPretrain's DeiT-S. All its maps are
# 7 x 7; the levels are three depths.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.VisionTransformer',
        arch='deit-small',
        img_size=112,
        patch_size=16,
        drop_path_rate=0.1,
        out_type='featmap',
        out_indices=(3, 7, 11)),  # blocks, from 0
    init_backbone=dict(
        checkpoint='https://download.openmmlab.com/mmclassification/v0/deit/'
        'deit-small_pt-4xb256_in1k_20220218-9425b9bb.pth'),
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

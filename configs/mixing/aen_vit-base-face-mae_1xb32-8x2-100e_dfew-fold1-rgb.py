# AEN on a ViT-B/16 that a masked autoencoder trained on faces. The file is
# yours, as MAE's or timm's program writes it.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.VisionTransformer',
        arch='base',
        img_size=112,
        patch_size=16,
        drop_path_rate=0.1,
        out_type='featmap',
        out_indices=(3, 7, 11)),
    init_backbone=dict(
        checkpoint='checkpoints/mae_face_vit-base-p16.pth',
        prefix='',
        names='mae',
        left_over=('head.', 'mask_token', 'decoder')),
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

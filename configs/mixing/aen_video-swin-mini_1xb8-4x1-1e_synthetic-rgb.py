# AEN on a small Video Swin, from scratch; 4 frames become T' = 2.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='SwinTransformer3D',
        arch=dict(
            embed_dims=48, depths=[2, 2, 2, 2], num_heads=[2, 4, 8, 16]),
        pretrained=None,
        pretrained2d=False,
        patch_size=(2, 4, 4),
        window_size=(4, 4, 4),
        out_indices=(0, 2, 3)),
    init_backbone=dict(checkpoint=None))

optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=1.))))

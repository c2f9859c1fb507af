# AEN on a small Video Swin; 8 frames become T' = 4.
_base_ = './aen_resnet50-slim_1xb8-8x1-12e_synthetic-rgb.py'

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
        out_indices=(0, 2, 3)))

# AEN on a vision transformer of 6 blocks.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.VisionTransformer',
        arch=dict(
            embed_dims=192,
            num_layers=6,
            num_heads=6,
            feedforward_channels=384),
        img_size=64,
        patch_size=8,
        out_type='featmap',
        out_indices=(1, 3, 5)),
    init_backbone=dict(
        checkpoint='work_dirs/vit-mini_synthetic/epoch_3.pth',
        left_over=('ln2.', )))  # of the vector, not of the maps

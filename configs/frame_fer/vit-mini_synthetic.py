# Stage 1 of AEN on a vision transformer of 6 blocks, on drawn stills.
_base_ = './resnet50-slim_synthetic.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='VisionTransformer',
        arch=dict(
            embed_dims=192,
            num_layers=6,
            num_heads=6,
            feedforward_channels=384),
        img_size=64,
        patch_size=8,
        out_type='avg_featmap'),
    neck=None,  # it gives vectors
    head=dict(in_channels=192))

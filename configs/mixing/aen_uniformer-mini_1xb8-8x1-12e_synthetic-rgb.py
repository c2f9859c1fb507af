# AEN on a small UniFormer; 8 frames become T' = 4.
_base_ = './aen_resnet50-slim_1xb8-8x1-12e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='LayerMaps',
        network=dict(
            type='UniFormer',
            depth=[1, 2, 2, 1],
            embed_dim=[32, 64, 128, 256],
            head_dim=32),
        layers=('blocks1.0', 'blocks3.1', 'norm')))

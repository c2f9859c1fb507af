# AEN on a small UniFormer, from scratch; 4 frames become T' = 2.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='LayerMaps',
        network=dict(
            type='UniFormer',
            depth=[1, 2, 2, 1],
            embed_dim=[32, 64, 128, 256],
            head_dim=32),
        layers=('blocks1.0', 'blocks3.1', 'norm')),
    init_backbone=dict(checkpoint=None))

optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=1.))))

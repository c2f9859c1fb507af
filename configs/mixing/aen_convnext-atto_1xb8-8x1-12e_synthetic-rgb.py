# AEN on the smallest ConvNeXt.
_base_ = './aen_resnet50-slim_1xb8-8x1-12e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ConvNeXt',
        arch='atto',
        gap_before_final_norm=False,
        out_indices=(0, 2, 3)))

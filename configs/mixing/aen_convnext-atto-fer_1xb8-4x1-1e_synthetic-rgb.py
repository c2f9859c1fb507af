# AEN on the smallest ConvNeXt.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ConvNeXt',
        arch='atto',
        gap_before_final_norm=False,
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='work_dirs/convnext-atto_synthetic/epoch_3.pth',
        fresh=('norm0', 'norm2')))  # behind the lower levels

# AEN on MMPretrain's RegNetX-400MF.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.RegNet',
        arch='regnetx_400mf',
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='work_dirs/regnetx-400mf_synthetic/epoch_5.pth'))

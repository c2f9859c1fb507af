# AEN on MMPretrain's MobileNetV2.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True, type='mmpretrain.MobileNetV2', out_indices=(1, 4, 7)),
    init_backbone=dict(
        checkpoint='work_dirs/mobilenet-v2_synthetic/epoch_5.pth'))

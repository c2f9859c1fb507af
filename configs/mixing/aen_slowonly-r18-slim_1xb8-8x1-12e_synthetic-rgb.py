# AEN on MMAction2's SlowOnly with 18 layers of a quarter of the width.
_base_ = './aen_resnet50-slim_1xb8-8x1-12e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='ResNet3dSlowOnly',
        depth=18,
        pretrained=None,
        base_channels=16,
        lateral=False,
        conv1_kernel=(1, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate=(0, 0, 1, 1),
        inflate_style='3x3x3',
        norm_eval=False,
        out_indices=(0, 2, 3)))

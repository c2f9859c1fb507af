# AEN on MMAction2's SlowOnly with 50 layers of a quarter of the width,
# inflated from the stage 1 of the same ResNet-50.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='ResNet3dSlowOnly',
        depth=50,
        base_channels=16,
        pretrained='work_dirs/resnet50-slim_synthetic/backbone.pth',
        lateral=False,
        conv1_kernel=(1, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate=(0, 0, 1, 1),
        norm_eval=False,
        out_indices=(0, 2, 3)),
    init_backbone=dict(checkpoint=None))

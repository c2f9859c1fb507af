# AEN on MMAction2's ResNet3d with 50 layers of a quarter of the width, all in
# space and time, inflated from the stage 1 of the same ResNet-50.
_base_ = './aen_resnet50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='ResNet3d',
        depth=50,
        base_channels=16,
        pretrained='work_dirs/resnet50-slim_synthetic/backbone.pth',
        conv1_kernel=(3, 7, 7),
        pool1_stride_t=1,
        with_pool2=False,
        norm_eval=False,
        out_indices=(0, 2, 3)),
    init_backbone=dict(checkpoint=None))

# Stage 1 of the released prototype on drawn stills.
_base_ = './resnet18_synthetic.py'

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmaction.AENResNet',
        stage_blocks=(2, 1, 2, 2),
        out_indices=(2, )),  # layer4 gets no gradient here, as released
    neck=dict(
        _delete_=True,
        type='mmaction.ImageSqueeze',
        in_channels=256,
        out_channels=49),  # 49 * 4 * 4 = 784 at 64 px
    head=dict(in_channels=784))
find_unused_parameters = True

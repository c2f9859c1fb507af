# Stage 1 of the released prototype: a classifier on the squeezed layer3. The
# schedule is that of resnet18_raf-db.py, ours: the authors' script for this
# stage builds another network and cannot be run.
_base_ = './resnet18_raf-db.py'

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
        out_channels=16),
    head=dict(in_channels=784))
find_unused_parameters = True

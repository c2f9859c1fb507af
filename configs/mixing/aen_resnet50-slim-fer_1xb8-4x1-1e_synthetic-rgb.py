# AEN on MMPretrain's ResNet-50 of a quarter of the width, started from its own
# stage 1, on drawn faces: 64 px, 4 frames. The guide is the demo's. The other
# configs of this kind change the backbone and its start.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/synthetic.py',
    '../_base_/schedules/synthetic.py', '../_base_/default_runtime.py'
]

num_segments, max_epochs = 4, 1

train_pipeline, test_pipeline = _base_.train_pipeline, _base_.test_pipeline
train_pipeline[0].num_segments = num_segments
test_pipeline[0].num_segments = num_segments
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

model = dict(
    data_preprocessor=dict(num_frames=num_segments, img_size=_base_.img_size),
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ResNet',
        depth=50,
        stem_channels=16,
        base_channels=16,
        out_indices=(0, 2, 3)),
    guide=dict(
        checkpoint='work_dirs/resnet18_synthetic/epoch_5.pth',
        made_by='configs/frame_fer/resnet18_synthetic.py'),
    init_backbone_from_guide=False,
    init_backbone=dict(
        checkpoint='work_dirs/resnet50-slim_synthetic/epoch_3.pth'))

train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=0.1))))
param_scheduler = _base_.param_scheduler
param_scheduler[0].end = 10
param_scheduler[1].T_max = max_epochs

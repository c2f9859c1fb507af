# AEN on the drawn set, cut to what two CPU cores train in minutes. Against
# the paper: 64 px instead of 112, 8 frames instead of 16, AdamW and 4 epochs
# instead of SGD and 100. The backbone stays as stage 1 left it: in so few
# steps on so few people, training it on costs accuracy (README, "On drawn
# faces"). All parts, losses and their weights are AEN's.
_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/dfew.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

data_root = 'data/synthetic/dfew'
img_size = 64  # pixels
num_segments, snippet_len = 8, 1  # T = 8 frames
batch_size = 8  # clips per process
max_epochs = 4

model = dict(
    data_preprocessor=dict(
        num_frames=num_segments * snippet_len, img_size=img_size),
    backbone=dict(frozen_stages=4),
    guide=dict(
        checkpoint='work_dirs/resnet18_synthetic/epoch_6.pth',
        made_by='configs/frame_fer/resnet18_synthetic.py'))

train_pipeline = _base_.train_pipeline
train_pipeline[0].snippet_len = snippet_len
train_pipeline[2].update(size=img_size, area_range=(0.7, 1.0))
test_pipeline = _base_.test_pipeline
test_pipeline[0].snippet_len = snippet_len
test_pipeline[2].size = img_size
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader

train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
optim_wrapper = dict(
    optimizer=dict(
        _delete_=True, type='AdamW', lr=3e-4, weight_decay=0.05, fused=True))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        by_epoch=False,
        begin=0,
        end=40),
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=max_epochs,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(base_batch_size=batch_size)

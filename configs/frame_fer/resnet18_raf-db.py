# Stage 1: frame-level FER on RAF-DB, an mmpretrain classifier. It is stage
# 2's guide and the start of its backbone. The schedule is ours: the paper
# does not give one.
_base_ = ['../_base_/models/frame_fer_r18.py', '../_base_/default_runtime.py']

default_scope = 'mmpretrain'
model = _base_.frame_fer

data_root = 'data/raf-db'
img_size = 112  # pixels
batch_size = 64
num_workers = 4
max_epochs = 60

dataset_type = 'mmaction.RAFDBDataset'
train_pipeline = [
    dict(type='mmaction.LoadFrames'),
    dict(
        type='mmaction.GroupRandomSizedCrop',
        size=img_size,
        area_range=(0.5, 1.0)),
    dict(type='mmaction.GroupFlip', p=0.5),
    dict(type='mmaction.PackStill')
]
test_pipeline = [
    dict(type='mmaction.LoadFrames'),
    dict(type='mmaction.GroupResize', size=img_size),
    dict(type='mmaction.PackStill')
]
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    persistent_workers=num_workers > 0,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='skip_none_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='train',
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    persistent_workers=num_workers > 0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='test',
        pipeline=test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(type='mmaction.DFERMetric')
test_evaluator = dict(type='mmaction.DFERMetric', bootstrap=1000)

train_cfg = dict(
    type='EpochBasedTrainLoop',
    max_epochs=max_epochs,
    val_begin=1,
    val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05, fused=True))
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=max_epochs,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=False, base_batch_size=64)
randomness = dict(seed=0)

custom_hooks = [
    dict(type='mmaction.EpochSeedHook'),
    dict(type='mmaction.CheckpointContractHook', reset_head=False),
    dict(type='mmaction.RankMeanLossHook'),
    dict(type='mmaction.LossGuardHook', skip=0),
    dict(type='mmaction.DiskHook'),
    dict(type='mmaction.PreemptionHook'),
    dict(type='mmaction.ResumeHook'),
]

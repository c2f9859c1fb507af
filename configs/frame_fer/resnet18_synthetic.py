# Stage 1 of the demo: drawn stills at 64 px, a short schedule.
_base_ = './resnet18_raf-db.py'

data_root = 'data/synthetic/raf-db'
img_size = 64  # pixels
max_epochs = 10

train_pipeline = _base_.train_pipeline
train_pipeline[1].size = img_size
test_pipeline = _base_.test_pipeline
test_pipeline[1].size = img_size
train_dataloader = dict(
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader

train_cfg = dict(max_epochs=max_epochs)
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=max_epochs,
        convert_to_iter_based=True)
]

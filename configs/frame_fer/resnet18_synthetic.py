# Stage 1 of the demo: drawn stills at 64 px, a short schedule.
_base_ = './resnet18_raf-db.py'

data_root = 'data/synthetic/raf-db'
img_size = 64  # pixels
batch_size = 32
max_epochs = 5

train_pipeline = _base_.train_pipeline
train_pipeline[1].update(size=img_size, area_range=(0.7, 1.0))
test_pipeline = _base_.test_pipeline
test_pipeline[1].size = img_size
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader

train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
param_scheduler = [
    dict(
        type='OneCycleLR',
        eta_max=2e-3,
        total_steps=max_epochs,
        pct_start=0.2,
        convert_to_iter_based=True)
]

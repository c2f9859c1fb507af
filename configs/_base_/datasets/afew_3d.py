# AFEW for 3D networks: clips as (1, 3, T, H, W).
_base_ = './afew.py'

train_pipeline = _base_.train_pipeline
train_pipeline[-2].input_format = 'NCTHW'
test_pipeline = _base_.test_pipeline
test_pipeline[-2].input_format = 'NCTHW'
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

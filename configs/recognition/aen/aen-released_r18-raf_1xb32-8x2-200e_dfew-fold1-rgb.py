_base_ = [
    '../../_base_/models/aen_released.py', '../../_base_/datasets/dfew.py',
    '../../_base_/pipelines/aen_released.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

train_dataloader = dict(
    dataset=dict(
        pipeline=_base_.released_train_pipeline, short_clip='drop'))
val_dataloader = dict(dataset=dict(short_clip='drop'))
test_dataloader = dict(dataset=dict(short_clip='drop'))

train_cfg = dict(max_epochs=200)  # the paper's baseline has 100

# Schedule and start as the baselines on AFEW: the prototype does not say.
_base_ = [
    '../../_base_/models/aen_released.py', '../../_base_/datasets/afew.py',
    '../../_base_/pipelines/aen_released.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

train_dataloader = dict(
    dataset=dict(
        pipeline=_base_.released_train_pipeline, short_clip='drop'))
val_dataloader = dict(dataset=dict(short_clip='drop'))
test_dataloader = dict(dataset=dict(short_clip='drop'))

load_from = 'work_dirs/aen_released_dfew_fold1/epoch_200.pth'

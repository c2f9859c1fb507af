_base_ = [
    '../../_base_/models/gca-ial.py', '../../_base_/datasets/ferv39k.py',
    '../../_base_/pipelines/gca-ial.py',
    '../../_base_/schedules/sgd_1xb40-100e.py',
    '../../_base_/default_runtime.py'
]

batch_size = 40  # clips per process
train_dataloader = dict(
    batch_size=batch_size,
    dataset=dict(pipeline=_base_.ial_train_pipeline, short_clip='drop'))
val_dataloader = dict(
    batch_size=batch_size,
    dataset=dict(pipeline=_base_.ial_test_pipeline, short_clip='drop'))
test_dataloader = val_dataloader

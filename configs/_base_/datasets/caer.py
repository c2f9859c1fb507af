# CAER, faces cut out of its videos: one folder per emotion, one per clip.
_base_ = './dfew.py'

dataset_type = 'CAERDataset'
data_root = 'data/caer'
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type=dataset_type,
        split='train',
        data_root=data_root,
        pipeline=_base_.train_pipeline))
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type=dataset_type,
        split='validation',
        data_root=data_root,
        pipeline=_base_.test_pipeline,
        test_mode=True))
test_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type=dataset_type,
        split='test',
        data_root=data_root,
        pipeline=_base_.test_pipeline,
        test_mode=True))

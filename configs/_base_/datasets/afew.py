# AFEW, faces cut out of its videos: one folder per emotion, one per clip.
_base_ = './dfew.py'

dataset_type = 'AFEWDataset'
data_root = 'data/afew'
train_dataloader = dict(
    drop_last=False,  # as Former-DFER, on this data set only
    dataset=dict(
        _delete_=True,
        type=dataset_type,
        split='train',
        data_root=data_root,
        pipeline=_base_.train_pipeline))
# The labels of the test part are withheld: the validation part is the test.
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type=dataset_type,
        split='val',
        data_root=data_root,
        pipeline=_base_.test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader

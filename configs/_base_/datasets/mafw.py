# MAFW, single labels, faces cut out of its clips (the official frames show
# whole scenes). Folds restate the two annotation files.
_base_ = './dfew.py'

dataset_type = 'MAFWDataset'
data_root = 'data/mafw'
data_prefix = dict(img='data/faces/clip_224x224')
train_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        ann_file='split/single/no_caption/set_1/train.txt',
        data_root=data_root,
        data_prefix=data_prefix))
# val = test fold: MAFW has no validation split. Nothing is selected on it.
val_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        ann_file='split/single/no_caption/set_1/test.txt',
        data_root=data_root,
        data_prefix=data_prefix))
test_dataloader = val_dataloader

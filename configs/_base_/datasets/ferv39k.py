# FERV39k, face crops and splits as released.
_base_ = './dfew.py'

dataset_type = 'FERV39kDataset'
data_root = 'data/ferv39k'
data_prefix = dict(img='2_ClipsforFaceCrop')
train_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        ann_file='4_setups/All_scenes/train_All.csv',
        data_root=data_root,
        data_prefix=data_prefix))
# val = test split: FERV39k has no validation split.
val_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        ann_file='4_setups/All_scenes/test_All.csv',
        data_root=data_root,
        data_prefix=data_prefix))
test_dataloader = val_dataloader

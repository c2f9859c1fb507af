_base_ = './gca-ial_1xb40-16x1-100e_dfew-fold1-rgb.py'

train_dataloader = dict(
    dataset=dict(
        ann_file='EmoLabel_DataSplit/train(single-labeled)/set_5.csv'))
val_dataloader = dict(
    dataset=dict(
        ann_file='EmoLabel_DataSplit/test(single-labeled)/set_5.csv'))
test_dataloader = val_dataloader

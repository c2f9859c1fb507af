_base_ = './aen-released_r18-raf_1xb32-8x2-200e_dfew-fold1-rgb.py'

train_dataloader = dict(
    dataset=dict(
        ann_file='EmoLabel_DataSplit/train(single-labeled)/set_4.csv'))
val_dataloader = dict(
    dataset=dict(
        ann_file='EmoLabel_DataSplit/test(single-labeled)/set_4.csv'))
test_dataloader = val_dataloader

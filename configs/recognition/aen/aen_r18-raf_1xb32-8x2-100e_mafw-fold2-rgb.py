_base_ = './aen_r18-raf_1xb32-8x2-100e_mafw-fold1-rgb.py'

train_dataloader = dict(
    dataset=dict(ann_file='split/single/no_caption/set_2/train.txt'))
val_dataloader = dict(
    dataset=dict(ann_file='split/single/no_caption/set_2/test.txt'))
test_dataloader = val_dataloader

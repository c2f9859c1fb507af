_base_ = './i3d_inception-v1_1xb32-8x2-100e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold5.train)
val_dataloader = dict(dataset=_base_.folds.fold5.test)
test_dataloader = val_dataloader

_base_ = './r3d_r18_1xb32-8x2-100e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold4.train)
val_dataloader = dict(dataset=_base_.folds.fold4.test)
test_dataloader = val_dataloader

_base_ = './aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold3.train)
val_dataloader = dict(dataset=_base_.folds.fold3.test)
test_dataloader = val_dataloader

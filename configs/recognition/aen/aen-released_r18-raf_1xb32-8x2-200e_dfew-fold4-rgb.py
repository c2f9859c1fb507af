_base_ = './aen-released_r18-raf_1xb32-8x2-200e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold4.train)
val_dataloader = dict(dataset=_base_.folds.fold4.test)
test_dataloader = val_dataloader

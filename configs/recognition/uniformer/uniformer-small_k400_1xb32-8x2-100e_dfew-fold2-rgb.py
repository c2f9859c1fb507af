_base_ = './uniformer-small_k400_1xb32-8x2-100e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold2.train)
val_dataloader = dict(dataset=_base_.folds.fold2.test)
test_dataloader = val_dataloader

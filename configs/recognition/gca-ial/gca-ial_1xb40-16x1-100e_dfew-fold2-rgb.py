_base_ = './gca-ial_1xb40-16x1-100e_dfew-fold1-rgb.py'

train_dataloader = dict(dataset=_base_.folds.fold2.train)
val_dataloader = dict(dataset=_base_.folds.fold2.test)
test_dataloader = val_dataloader

# The same for AFEW, from the model of DFEW fold 1: 20 epochs, a tenth of the
# learning rate, as Former-DFER's schedule there.
_base_ = './adamw_1xb32-100e.py'

max_epochs = 20
train_cfg = dict(max_epochs=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=3e-5))
param_scheduler = [
    dict(type='CosineAnnealingLR', by_epoch=True, T_max=max_epochs,
         convert_to_iter_based=True)
]

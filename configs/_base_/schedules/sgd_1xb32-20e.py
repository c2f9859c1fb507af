# Former-DFER's schedule on AFEW: 20 epochs at a tenth of the learning rate,
# started from the model trained on DFEW fold 1.
_base_ = './sgd_1xb32-100e.py'

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(optimizer=dict(lr=1e-3))

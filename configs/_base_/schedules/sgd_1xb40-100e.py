# GCA+IAL's schedule: SGD, learning rate halved every 7 epochs, weight decay
# 0.1 as released. The authors' script says 1000 epochs and is stopped by
# hand; 100 is ours: by then the learning rate is 6e-8.
_base_ = './sgd_1xb32-100e.py'

optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.1))
param_scheduler = [dict(type='StepLR', by_epoch=True, step_size=7, gamma=0.5)]
auto_scale_lr = dict(base_batch_size=40)  # 1 GPU x 40 clips

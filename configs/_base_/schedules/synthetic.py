# The short schedule of every method on drawn faces: AdamW and 3 epochs
# instead of SGD and 100.
_base_ = './sgd_1xb32-100e.py'

max_epochs = 3
train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
optim_wrapper = dict(
    optimizer=dict(
        _delete_=True, type='AdamW', lr=3e-4, weight_decay=0.05, fused=True))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        by_epoch=False,
        begin=0,
        end=40),
    dict(
        type='CosineAnnealingLR',
        by_epoch=True,
        T_max=max_epochs,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(base_batch_size=8)  # 1 process x 8 clips

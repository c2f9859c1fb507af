# Former-DFER's schedule, which AEN takes over (AEN section 4.3): SGD, 100
# epochs, learning rate divided by 10 every 40. No warm-up, no clipping.
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=100, val_begin=1, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(
        type='SGD', lr=0.01, momentum=0.9, weight_decay=1e-4, fused=True))
param_scheduler = [
    dict(type='StepLR', by_epoch=True, step_size=40, gamma=0.1)
]
auto_scale_lr = dict(enable=False, base_batch_size=32)  # 1 GPU x 32 clips

randomness = dict(seed=0, deterministic=False)

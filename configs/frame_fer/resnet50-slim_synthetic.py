# Stage 1 of AEN on a ResNet-50 of a quarter of the width, on drawn stills.
_base_ = './resnet18_synthetic.py'

max_epochs = 3

model = dict(backbone=dict(depth=50, stem_channels=16, base_channels=16))
train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
param_scheduler = _base_.param_scheduler
param_scheduler[0].total_steps = max_epochs

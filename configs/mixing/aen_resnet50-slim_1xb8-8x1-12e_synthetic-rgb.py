# AEN on MMPretrain's ResNet-50 of a quarter of the width, from scratch, on
# drawn faces: 64 px, 8 frames. The guide is the demo's. The other configs
# of this kind change the backbone only.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/synthetic.py',
    '../_base_/schedules/synthetic.py', '../_base_/default_runtime.py'
]

max_epochs = 12

model = dict(
    data_preprocessor=dict(
        num_frames=_base_.num_frames, img_size=_base_.img_size),
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ResNet',
        depth=50,
        stem_channels=16,
        base_channels=16,
        out_indices=(0, 2, 3)),
    guide=dict(
        checkpoint='work_dirs/resnet18_synthetic/epoch_5.pth',
        made_by='configs/frame_fer/resnet18_synthetic.py'),
    init_backbone_from_guide=False)

train_cfg = dict(max_epochs=max_epochs, val_interval=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
param_scheduler = _base_.param_scheduler
param_scheduler[1].T_max = max_epochs

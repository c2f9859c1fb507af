# AEN on the drawn set, cut to what two CPU cores train in minutes. Against
# the paper: 64 px instead of 112, 8 frames instead of 16, AdamW and 3 epochs
# instead of SGD and 100. The backbone stays as stage 1 left it: in so few
# steps on so few people, training it on costs accuracy (README, "On drawn
# faces"). All parts, losses and their weights are AEN's.
_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/synthetic.py',
    '../../_base_/schedules/synthetic.py', '../../_base_/default_runtime.py'
]

model = dict(
    data_preprocessor=dict(
        num_frames=_base_.num_frames, img_size=_base_.img_size),
    backbone=dict(frozen_stages=4),
    guide=dict(
        checkpoint='work_dirs/resnet18_synthetic/epoch_5.pth',
        made_by='configs/frame_fer/resnet18_synthetic.py'))

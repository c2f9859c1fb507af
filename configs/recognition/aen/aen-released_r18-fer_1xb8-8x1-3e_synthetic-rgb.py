# The released prototype on the drawn set: data, steps, batch, optimizer and
# augmentation are those of every method there.
_base_ = [
    '../../_base_/models/aen_released.py',
    '../../_base_/datasets/synthetic.py',
    '../../_base_/schedules/synthetic.py', '../../_base_/default_runtime.py'
]

model = dict(
    data_preprocessor=dict(
        num_frames=_base_.num_frames, img_size=_base_.img_size),
    # What a stage-1 ResNet-18 has more, should the backbone start from one
    init_backbone=dict(checkpoint=None, left_over=['layer2.1.']),
    guide=dict(
        classifier=dict(neck=dict(out_channels=49)),  # 49 * 4 * 4 = 784
        checkpoint='work_dirs/aen-released_synthetic/epoch_5.pth',
        made_by='configs/frame_fer/aen-released_synthetic.py'))

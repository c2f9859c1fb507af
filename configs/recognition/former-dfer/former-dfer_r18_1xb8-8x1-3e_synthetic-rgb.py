# Former-DFER on the drawn set: data, steps, batch and optimizer are those of
# every method there.
_base_ = [
    '../../_base_/models/former-dfer.py',
    '../../_base_/datasets/synthetic.py',
    '../../_base_/schedules/synthetic.py', '../../_base_/default_runtime.py'
]

model = dict(
    data_preprocessor=dict(
        num_frames=_base_.num_frames, img_size=_base_.img_size),
    backbone=dict(map_size=4),  # of 64 px
    # A stage-1 ResNet-18 as checkpoint gives all but the spatial transformer
    init_backbone=dict(checkpoint=None, fresh=['layer3.transformer.']))

# Where the backbone starts from stage 1 and moves slowly, this does not.
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={'backbone.layer3.transformer': dict(lr_mult=1.)}))

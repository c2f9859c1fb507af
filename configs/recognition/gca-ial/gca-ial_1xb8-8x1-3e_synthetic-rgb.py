# GCA+IAL on the drawn set: data, steps, batch and optimizer are those of
# every method there.
_base_ = [
    '../../_base_/models/gca-ial.py', '../../_base_/datasets/synthetic.py',
    '../../_base_/schedules/synthetic.py', '../../_base_/default_runtime.py'
]

model = dict(
    data_preprocessor=dict(
        num_frames=_base_.num_frames, img_size=_base_.img_size),
    backbone=dict(num_frames=_base_.num_frames, map_sizes=(8, 4)),  # of 64 px
    # A stage-1 ResNet-18 as checkpoint gives the first block of layers 1 to
    # 3. The stem is another one (3x3), the gates are GCA's own.
    init_backbone=dict(
        checkpoint=None,
        fresh=['stem.', 'layer2.0.gate.', 'layer3.0.gate.'],
        left_over=[
            'conv1.', 'bn1.', 'layer1.1.', 'layer2.1.', 'layer3.1.', 'layer4.'
        ]))

# Where the backbone starts from stage 1 and moves slowly, these do not.
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={
            'backbone.stem': dict(lr_mult=1.),
            'backbone.layer2.0.gate': dict(lr_mult=1.),
            'backbone.layer3.0.gate': dict(lr_mult=1.)
        }))

_base_ = [
    '../../_base_/models/uniformer-small.py',
    '../../_base_/datasets/ferv39k_3d.py',
    '../../_base_/schedules/adamw_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

load_from = ('https://download.openmmlab.com/mmaction/v1.0/recognition/'
             'uniformerv1/uniformer-small_imagenet1k-pre_16x4x1_'
             'kinetics400-rgb_20221219-c630a037.pth')

custom_hooks = _base_.custom_hooks
custom_hooks[1].reset_head = True  # 400 classes there

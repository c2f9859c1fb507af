# AEN on MMAction2's UniFormer-S. It returns its last map only, so the levels
# are layers by name. 16 frames become T' = 8, and so do the guide's.
_base_ = [
    '../_base_/models/aen_r18.py', '../_base_/datasets/dfew.py',
    '../_base_/schedules/adamw_1xb32-100e.py', '../_base_/default_runtime.py'
]

model = dict(
    backbone=dict(
        _delete_=True,
        type='LayerMaps',
        network=dict(
            type='UniFormer',
            depth=[3, 4, 8, 3],
            embed_dim=[64, 128, 320, 512],
            head_dim=64,
            drop_path_rate=0.1),
        layers=('blocks1.2', 'blocks3.7', 'norm')),
    init_backbone=dict(
        checkpoint='https://download.openmmlab.com/mmaction/v1.0/recognition/'
        'uniformerv1/uniformer-small_imagenet1k-pre_16x4x1_'
        'kinetics400-rgb_20221219-c630a037.pth'),
    backbone_norm=dict(mean=(0.45, 0.45, 0.45), std=(0.225, 0.225, 0.225)),
    init_backbone_from_guide=False)

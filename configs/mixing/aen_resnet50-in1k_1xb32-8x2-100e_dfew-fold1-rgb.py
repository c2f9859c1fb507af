# AEN on MMPretrain's ResNet-50, started from torchvision's ImageNet weights.
_base_ = ('../recognition/aen/'
          'aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py')

model = dict(
    backbone=dict(
        _delete_=True,
        type='mmpretrain.ResNet',
        depth=50,
        out_indices=(0, 2, 3)),
    init_backbone=dict(
        checkpoint='torchvision://resnet50.imagenet1k_v2',
        prefix='',
        left_over=('fc.', )),
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)

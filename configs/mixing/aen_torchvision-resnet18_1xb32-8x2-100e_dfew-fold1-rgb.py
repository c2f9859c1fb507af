# AEN on torchvision's ResNet-18: levels are layers by name. Its weights have
# the names of stage 1's, so it starts from them.
_base_ = ('../recognition/aen/'
          'aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py')

model = dict(
    backbone=dict(
        _delete_=True,
        type='torchvision.resnet18',
        layers=('layer1', 'layer3', 'layer4')),
    init_backbone=dict(checkpoint='work_dirs/resnet18_raf-db/epoch_60.pth'),
    init_backbone_from_guide=False)

_base_ = './tsn_r50.py'

model = dict(
    backbone=dict(
        pretrained='torchvision://resnet18',
        depth=18),
    cls_head=dict(in_channels=512))

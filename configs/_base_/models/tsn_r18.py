_base_ = './tsn_r50.py'

model = dict(
    backbone=dict(
        pretrained='https://download.pytorch.org/models/resnet18-f37072fd.pth',
        depth=18),
    cls_head=dict(in_channels=512))

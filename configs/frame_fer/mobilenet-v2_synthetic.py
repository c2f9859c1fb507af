# Stage 1 of AEN on MobileNetV2, on drawn stills.
_base_ = './resnet18_synthetic.py'

model = dict(
    backbone=dict(_delete_=True, type='MobileNetV2'),
    head=dict(in_channels=1280))

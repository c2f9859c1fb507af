# Stage 1 of AEN on ConvNeXt-atto, on drawn stills.
_base_ = './resnet50-slim_synthetic.py'

model = dict(
    backbone=dict(_delete_=True, type='ConvNeXt', arch='atto'),
    neck=None,  # it gives vectors
    head=dict(in_channels=320))

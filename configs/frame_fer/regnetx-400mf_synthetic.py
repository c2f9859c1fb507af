# Stage 1 of AEN on RegNetX-400MF, on drawn stills.
_base_ = './resnet18_synthetic.py'

model = dict(
    backbone=dict(_delete_=True, type='RegNet', arch='regnetx_400mf'),
    head=dict(in_channels=384))

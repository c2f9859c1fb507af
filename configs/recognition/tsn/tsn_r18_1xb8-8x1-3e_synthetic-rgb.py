# TSN on drawn faces, from scratch: data, steps, batch and optimizer are those
# of every method there.
_base_ = [
    '../../_base_/models/tsn_r18.py', '../../_base_/datasets/synthetic.py',
    '../../_base_/schedules/synthetic.py', '../../_base_/default_runtime.py'
]

model = dict(backbone=dict(pretrained=None))

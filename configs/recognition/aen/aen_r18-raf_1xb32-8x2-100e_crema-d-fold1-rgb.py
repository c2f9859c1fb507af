_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/crema-d.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

classes = 'crema-d-dfew-first'  # six: no surprise
model = dict(cls_head=dict(classes=classes), guide=dict(classes=classes))

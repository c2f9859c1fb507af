_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/ravdess.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

# The guide knows seven of the eight: calm shares neutral's part.
classes = 'ravdess-dfew-first'
model = dict(
    cls_head=dict(classes=classes),
    guide=dict(classes=classes, unknown='share_group'))

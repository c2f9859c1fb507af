_base_ = [
    '../../_base_/models/slowonly_r50.py',
    '../../_base_/datasets/ferv39k_3d.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

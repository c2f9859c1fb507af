_base_ = [
    '../../_base_/models/r2plus1d_r18.py', '../../_base_/datasets/dfew_3d.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

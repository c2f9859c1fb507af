_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/caer.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

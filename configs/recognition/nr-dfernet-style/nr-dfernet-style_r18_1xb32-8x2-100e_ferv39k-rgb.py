_base_ = [
    '../../_base_/models/nr-dfernet-style.py',
    '../../_base_/datasets/ferv39k.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

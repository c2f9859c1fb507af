_base_ = [
    '../../_base_/models/c3d.py', '../../_base_/datasets/afew_3d.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = 'work_dirs/c3d_1xb32-8x2-100e_dfew-fold1-rgb/epoch_100.pth'

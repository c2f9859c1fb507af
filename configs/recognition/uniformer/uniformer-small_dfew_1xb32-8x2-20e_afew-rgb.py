_base_ = [
    '../../_base_/models/uniformer-small.py',
    '../../_base_/datasets/afew_3d.py',
    '../../_base_/schedules/adamw_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = ('work_dirs/uniformer-small_k400_'
             '1xb32-8x2-100e_dfew-fold1-rgb/epoch_100.pth')

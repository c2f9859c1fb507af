_base_ = [
    '../../_base_/models/stt-style.py', '../../_base_/datasets/afew.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = ('work_dirs/stt-style_r18_'
             '1xb32-8x2-100e_dfew-fold1-rgb/epoch_100.pth')

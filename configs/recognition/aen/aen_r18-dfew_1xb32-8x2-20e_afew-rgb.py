_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/afew.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = 'work_dirs/aen_dfew_fold1/epoch_100.pth'

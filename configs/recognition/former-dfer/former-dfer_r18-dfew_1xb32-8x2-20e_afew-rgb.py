_base_ = [
    '../../_base_/models/former-dfer.py', '../../_base_/datasets/afew.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = 'work_dirs/former-dfer_dfew_fold1/epoch_100.pth'

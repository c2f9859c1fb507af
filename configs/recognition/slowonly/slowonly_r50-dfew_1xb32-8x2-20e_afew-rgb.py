_base_ = [
    '../../_base_/models/slowonly_r50.py', '../../_base_/datasets/afew_3d.py',
    '../../_base_/schedules/sgd_1xb32-20e.py',
    '../../_base_/default_runtime.py'
]

load_from = ('work_dirs/slowonly_imagenet-pretrained-r50_'
             '1xb32-8x2-100e_dfew-fold1-rgb/epoch_100.pth')

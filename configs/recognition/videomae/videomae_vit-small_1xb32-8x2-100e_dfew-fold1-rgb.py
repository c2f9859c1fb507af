_base_ = [
    '../../_base_/models/videomae_vit-small.py',
    '../../_base_/datasets/dfew_3d.py',
    '../../_base_/schedules/adamw_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

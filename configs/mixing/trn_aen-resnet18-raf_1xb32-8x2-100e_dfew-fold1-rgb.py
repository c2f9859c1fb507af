# MMAction2's temporal relation head on AEN's backbone.
_base_ = './tsn_aen-resnet18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py'

model = dict(
    cls_head=dict(
        type='TRNHead',
        num_segments=16,
        relation_type='TRN',
        dropout_ratio=0.5))

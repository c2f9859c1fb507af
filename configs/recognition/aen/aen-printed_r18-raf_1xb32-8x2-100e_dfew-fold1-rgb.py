# AEN's equations to the letter. Do not expect this to train: in small trials
# the channel sum of Eq. 4 swamped the classification (some classes never
# predicted with AdamW, overflow with SGD). Kept to show it.
_base_ = './aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py'

model = dict(
    cls_head=dict(
        converter=dict(residual=False),  # Eq. 1
        loss_mc=dict(mode='literal'),  # Eq. 2 prints no log
        loss_ta=dict(reduction='sum', detach=False),  # Eq. 4
        loss_ga=dict(target='softmax_sum')))  # Eq. 5

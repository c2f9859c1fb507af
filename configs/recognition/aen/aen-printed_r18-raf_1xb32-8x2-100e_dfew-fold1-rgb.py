# AEN's equations to the letter. This does NOT train: the channel sum of
# Eq. 4 swamps the classification (training collapses to one class with AdamW
# and overflows with SGD). Kept to show it.
_base_ = './aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py'

model = dict(
    cls_head=dict(
        converter=dict(residual=False),  # Eq. 1
        loss_mc=dict(mode='literal'),  # Eq. 2 prints no log
        loss_ta=dict(reduction='sum', detach=False),  # Eq. 4
        loss_ga=dict(target='softmax_sum')))  # Eq. 5

# The clips of DFEW's seven emotions only.
_base_ = './aen_r18-raf_1xb32-8x2-100e_mafw-fold1-rgb.py'

model = dict(
    cls_head=dict(classes='dfew'), guide=dict(classes='dfew', unknown='error'))
train_dataloader = dict(dataset=dict(num_classes=7))
val_dataloader = dict(dataset=dict(num_classes=7))
test_dataloader = val_dataloader

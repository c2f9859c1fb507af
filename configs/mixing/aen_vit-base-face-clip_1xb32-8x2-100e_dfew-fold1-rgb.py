# The same from CLIP's image encoder, on faces or not. The file is yours, as
# OpenAI's program writes it.
_base_ = './aen_vit-base-face-mae_1xb32-8x2-100e_dfew-fold1-rgb.py'

model = dict(
    backbone=dict(
        pre_norm=True,
        norm_cfg=dict(type='LN', eps=1e-5),
        layer_cfgs=dict(act_cfg=dict(type='mmpretrain.QuickGELU'))),
    init_backbone=dict(
        checkpoint='checkpoints/clip_face_vit-base-p16.pth',
        prefix='visual.',
        names='clip',
        left_over=('proj', )),
    backbone_norm=dict(  # CLIP's
        mean=(0.4815, 0.4578, 0.4082), std=(0.2686, 0.2613, 0.2758)))

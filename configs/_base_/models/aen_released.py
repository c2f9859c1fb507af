# AEN as its authors' prototype computes it, where it differs from the paper.
_base_ = './aen_r18.py'

stage_blocks = (2, 1, 2, 2)
frame_fer = dict(
    backbone=dict(
        _delete_=True,
        type='mmaction.AENResNet',
        stage_blocks=stage_blocks,
        out_indices=(2, )),
    neck=dict(
        _delete_=True,
        type='mmaction.ImageSqueeze',  # 16 * 7 * 7 = 784
        in_channels=256,
        out_channels=16),
    head=dict(in_channels=784))

model = dict(
    backbone=dict(stage_blocks=stage_blocks),
    cls_head=dict(
        level_order=(0, 1),  # a=1 converts layer1's vector, a=2 layer3's
        converter=dict(softmax_dim=-2),  # columns sum to 1
        loss_mc=dict(
            mode='mix_of_logs',
            level_weights=(0.6, 1.4),
            group_score='mean_of_logs'),
        loss_ta=dict(reduction='released', detach=False, score='logit'),
        loss_ga=dict(
            target='softmax_sum_logit',
            group_target='released',
            reduction='l1_mean'),
        test_mix='logs'),  # 0.7 * local + 0.3 * global
    guide=dict(
        classifier=frame_fer,
        checkpoint='work_dirs/aen-released_raf-db/epoch_60.pth',
        made_by='configs/frame_fer/aen-released_raf-db.py'))

# The same with non-local blocks, which look at all places of all frames.
_base_ = './aen_i3d-r50-slim-fer_1xb8-4x1-1e_synthetic-rgb.py'

model = dict(
    backbone=dict(
        non_local=((0, 0, 0), (0, 1, 0, 1), (0, 1, 0, 1, 0, 1), (0, 0, 0)),
        non_local_cfg=dict(
            sub_sample=True, use_scale=False, norm_cfg=dict(type='BN3d'),
            mode='dot_product')))

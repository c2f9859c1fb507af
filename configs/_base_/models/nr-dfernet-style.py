# After NR-DFERNet (Li et al., 2022): its dynamic-static fusion on ResNet-18's
# layer3. The dynamic class token is ours (its formula could not be read); the
# snippet-based filter is left out.
model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(
        type='mmpretrain.ResNet',
        depth=18,
        num_stages=3,
        strides=(1, 2, 2),
        dilations=(1, 1, 1),
        out_indices=(2, ),
        zero_init_residual=False),
    neck=dict(type='DynamicStaticFusion'),
    temporal=dict(
        type='LevelTemporalTransformer',
        depth=2,
        num_heads=4,
        head_dim=32,
        mlp_dim=512,
        pool='dynamic'),
    cls_head=dict(type='ClipHead'))

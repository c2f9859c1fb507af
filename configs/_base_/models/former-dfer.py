# Former-DFER (Zhao and Liu, ACM MM 2021), AEN's baseline.
model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(
        type='SpatialFormer',
        depth=18,
        map_size=7,  # H = W behind layer3
        out_indices=(3, ),
        zero_init_residual=False),
    neck=dict(type='LevelSqueeze'),  # one level: its global average
    temporal=dict(type='LevelTemporalTransformer', depth=3),
    cls_head=dict(type='ClipHead'))

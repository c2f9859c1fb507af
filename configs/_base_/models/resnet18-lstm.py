# ResNet-18 and an LSTM over its 16 frame vectors.
model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(
        type='mmpretrain.ResNet',
        depth=18,
        out_indices=(3, ),
        zero_init_residual=False),
    neck=dict(type='LevelSqueeze'),  # one level: its global average
    temporal=dict(type='LevelRecurrent', cell='lstm'),
    cls_head=dict(type='ClipHead'))

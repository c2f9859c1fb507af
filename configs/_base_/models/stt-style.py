# After STT (Ma et al., 2022): spatial and temporal attention in every block
# over ResNet-18's maps. Sizes are ours; the "compact" term of its loss, whose
# formula could not be read, is left out.
model = dict(
    type='DFERRecognizer',
    data_preprocessor=dict(
        type='DFERDataPreprocessor', num_frames=16, img_size=112),
    backbone=dict(
        type='mmpretrain.ResNet',
        depth=18,
        out_indices=(3, ),
        zero_init_residual=False),
    neck=dict(type='DividedSpaceTime', num_frames=16, depth=4, num_heads=8),
    temporal=dict(  # one step, nothing left to do
        type='LevelTemporalTransformer', depth=0, pool='mean'),
    cls_head=dict(type='ClipHead'))

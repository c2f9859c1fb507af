# DFEW, face crops as released.
folds = {  # the lists of the official folds; configs of 2 to 5 name theirs
    f'fold{k}': {
        part: dict(ann_file=f'EmoLabel_DataSplit/{part}(single-labeled)/'
                   f'set_{k}.csv')
        for part in ('train', 'test')
    }
    for k in range(1, 6)
}
data_root = 'data/dfew'
img_size = 112  # pixels, square face crop
num_segments, snippet_len = 8, 2  # T = 16 frames
batch_size = 32  # clips per process
num_workers = 4

meta_keys = ('clip_id', 'frame_inds', 'total_frames')
train_pipeline = [
    dict(
        type='SampleSegmentFrames',
        num_segments=num_segments,
        snippet_len=snippet_len),
    dict(type='LoadFrames'),
    dict(type='GroupRandomSizedCrop', size=img_size),
    dict(type='GroupFlip', p=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(
        type='PackActionInputs',
        algorithm_keys=('soft_label', ),  # where the data set has them
        meta_keys=meta_keys)
]
test_pipeline = [
    dict(
        type='SampleSegmentFrames',
        num_segments=num_segments,
        snippet_len=snippet_len,
        test_mode=True),
    dict(type='LoadFrames'),
    dict(type='GroupResize', size=img_size),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=meta_keys)
]

dataset_type = 'DFEWDataset'
data_prefix = dict(img='Clip/clip_224x224')
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    persistent_workers=num_workers > 0,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='skip_none_collate'),
    dataset=dict(
        type=dataset_type,
        ann_file=folds['fold1']['train']['ann_file'],
        data_root=data_root,
        data_prefix=data_prefix,
        pipeline=train_pipeline))
# val = test fold: DFEW has no validation split. Nothing is selected on it.
val_dataloader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    persistent_workers=num_workers > 0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file=folds['fold1']['test']['ann_file'],
        data_root=data_root,
        data_prefix=data_prefix,
        pipeline=test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='DFERMetric')
test_evaluator = dict(type='DFERMetric', bootstrap=1000)

# AEN's prototype: one rotation per clip, colours drawn anew in every frame.
released_train_pipeline = [
    dict(type='SampleSegmentFrames', num_segments=8, snippet_len=2),
    dict(type='LoadFrames'),
    dict(type='GroupRandomSizedCrop', size=112),
    dict(type='GroupFlip', p=0.5),
    dict(type='GroupRotate', low=-5, high=5.5, step=0.5, p=0.5),  # degrees
    dict(
        type='GroupColorJitter',
        brightness=0.1,
        contrast=0.1,
        saturation=0.1,
        hue=0.1,
        p=0.5,
        per_frame=True),
    dict(type='FormatShape', input_format='NCHW'),
    dict(
        type='PackActionInputs',
        algorithm_keys=('soft_label', ),
        meta_keys=('clip_id', 'frame_inds', 'total_frames'))
]

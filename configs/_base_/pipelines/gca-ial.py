# GCA+IAL: 16 segments of 1 frame; brightness and rotation, one draw per clip.
ial_meta_keys = ('clip_id', 'frame_inds', 'total_frames')
ial_train_pipeline = [
    dict(type='SampleSegmentFrames', num_segments=16, snippet_len=1),
    dict(type='LoadFrames'),
    dict(type='GroupRandomSizedCrop', size=112),
    dict(type='GroupFlip', p=0.5),
    dict(type='GroupColorJitter', brightness=0.6),
    dict(type='GroupRotate', low=-4, high=4),  # degrees
    dict(type='FormatShape', input_format='NCHW'),
    dict(
        type='PackActionInputs',
        algorithm_keys=('soft_label', ),
        meta_keys=ial_meta_keys)
]
ial_test_pipeline = [
    dict(
        type='SampleSegmentFrames',
        num_segments=16,
        snippet_len=1,
        test_mode=True),
    dict(type='LoadFrames'),
    dict(type='GroupResize', size=112),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=ial_meta_keys)
]

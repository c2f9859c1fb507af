# Frame-level FER model: stage 1 trains it, stage 2 uses it as guide.
# Pixels are only divided by 255, as AEN's clips are, so that its backbone
# can start the clip model's.
num_classes = 7
frame_fer = dict(
    type='ImageClassifier',
    data_preprocessor=dict(mean=[0.] * 3, std=[255.] * 3, to_rgb=False),
    backbone=dict(type='ResNet', depth=18),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(
        type='LinearClsHead',
        num_classes=num_classes,
        in_channels=512,
        loss=dict(type='CrossEntropyLoss')))

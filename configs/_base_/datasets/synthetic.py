# Drawn faces in DFEW's layout, cut to what two CPU cores train in minutes:
# 64 px instead of 112, 8 frames instead of 16.
_base_ = './dfew.py'

data_root = 'data/synthetic/dfew'
img_size = 64  # pixels
num_segments, snippet_len = 8, 1
num_frames = num_segments * snippet_len  # T
batch_size = 8  # clips per process

train_pipeline = _base_.train_pipeline
train_pipeline[0].snippet_len = snippet_len
train_pipeline[2].update(size=img_size, area_range=(0.7, 1.0))
test_pipeline = _base_.test_pipeline
test_pipeline[0].snippet_len = snippet_len
test_pipeline[2].size = img_size
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader

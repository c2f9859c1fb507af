# A template for clips of your own: set the lines down to `unknown`.
_base_ = [
    '../../_base_/models/aen_r18.py', '../../_base_/datasets/dfew.py',
    '../../_base_/schedules/sgd_1xb32-100e.py',
    '../../_base_/default_runtime.py'
]

data_root = 'data/my_data'
train_clips, test_clips = 'train', 'test'  # class folders, or lists of clips
media = 'frames'  # or 'video'
classes = ['happy', 'sad', 'neutral', 'angry', 'surprise', 'disgust', 'fear']
# None: positive, neutral, negative; emotions of other names need groups such
# as dict(awake=['happy', 'bored'], asleep=['tired']).
groups = None
# The guide knows RAF-DB's seven emotions; others share their group's part.
unknown = 'share_group'

model = dict(
    cls_head=dict(classes=classes, groups=groups),
    guide=dict(classes=classes, groups=groups, unknown=unknown))
dataset = dict(
    type='DFERListDataset',
    data_root=data_root,
    media=media,
    classes=classes,
    groups=groups)
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        **dataset,
        ann_file=train_clips,
        pipeline=_base_.train_pipeline))
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        **dataset,
        ann_file=test_clips,
        pipeline=_base_.test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader

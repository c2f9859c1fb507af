# Stage 1 on CAER-S instead of RAF-DB. Its images are whole scenes: cut the
# faces out first, or the guide learns the places.
_base_ = './resnet18_raf-db.py'

dataset_type = 'mmaction.CAERSDataset'
data_root = 'data/caer-s'
train_dataloader = dict(dataset=dict(type=dataset_type, data_root=data_root))
val_dataloader = dict(dataset=dict(type=dataset_type, data_root=data_root))
test_dataloader = val_dataloader

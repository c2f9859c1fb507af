_base_ = './resnet18-lstm.py'

model = dict(temporal=dict(cell='gru'))

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .aen_resnet import AENResNet

__all__ = ['AENResNet']

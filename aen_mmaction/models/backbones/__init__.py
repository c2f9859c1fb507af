# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .aen_resnet import AENResNet
from .gca_resnet import GCAResNet
from .spatial_former import MapTransformer, SpatialFormer

__all__ = ['AENResNet', 'GCAResNet', 'MapTransformer', 'SpatialFormer']

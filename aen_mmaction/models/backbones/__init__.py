# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .aen_resnet import AENResNet
from .gca_resnet import GCAResNet
from .inception_i3d import InceptionI3D
from .layer_maps import LayerMaps, stage_map_backbone
from .spatial_former import MapTransformer, SpatialFormer

__all__ = [
    'AENResNet', 'GCAResNet', 'InceptionI3D', 'LayerMaps', 'MapTransformer',
    'SpatialFormer', 'stage_map_backbone'
]

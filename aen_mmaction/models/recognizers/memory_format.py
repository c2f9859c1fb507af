# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import torch
from torch import nn


def to_channels_last(network: nn.Module) -> None:
    """Lay the weights of all convolutions out channels-last, in place.

    Maps follow the weights of the first convolution they meet.

    Args:
        network (nn.Module): With 2D or 3D convolutions.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.to(memory_format=torch.channels_last)
        elif isinstance(layer, nn.Conv3d):
            layer.to(memory_format=torch.channels_last_3d)

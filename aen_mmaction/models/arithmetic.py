# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Networks that compute the same by other arithmetic, faster."""
from typing import Callable, Dict, Sequence

import torch
from mmcv.cnn import fuse_conv_bn
from torch import nn

from .layers import MatrixConv2d, WinogradConv2d, fits_matrix, fits_winograd
from .layers.matrix_convolution import is_plain

_TOLERANCE = 1e-3  # of the largest output, in float32
# Tiles of convolutions that are faster by Winograd's algorithm on CPUs, by
# channels, in a ResNet-18 at 112 px (docs/speed.md).
_TILES: Dict[torch.dtype, Dict[int, int]] = {
    torch.float32: {256: 4, 512: 4},
    torch.bfloat16: {512: 2}
}
# From so many output channels on, products of matrices are faster in bfloat16
# on CPUs: in training, and for stride 2 in inference (docs/speed.md).
_MANY_CHANNELS = 256


def to_channels_last(network: nn.Module) -> None:
    """Lay the weights of plain convolutions out channels-last, in place.

    Maps follow the weights of the first convolution they meet.

    Args:
        network (nn.Module): With 2D or 3D convolutions.
    """
    for layer in network.modules():
        if is_plain(layer):  # mmcv's ConvWS2d takes no other layout
            layer.to(memory_format=torch.channels_last)
        elif isinstance(layer, nn.Conv3d):
            layer.to(memory_format=torch.channels_last_3d)


def prepare_bfloat16_training(network: nn.Module) -> None:
    """Make a network train faster in bfloat16, in place.

    Weights lie channels-last; 3x3 convolutions of many channels become
    products of matrices, on CPUs. Parameters keep names and values.

    Args:
        network (nn.Module): E.g. a backbone.
    """
    to_channels_last(network)
    _replace(
        network, MatrixConv2d, lambda conv: fits_matrix(conv) and conv.
        out_channels >= _MANY_CHANNELS)


@torch.no_grad()
def fold_for_inference(network: nn.Module, dtype: torch.dtype,
                       run: Callable[[], Sequence[torch.Tensor]]) -> None:
    """Make a trained network compute faster, in place; it cannot train after.

    Batch norms are folded into the convolutions before them, weights lie
    channels-last; on CPUs 3x3 convolutions of many channels, whose maps are
    small, are done by Winograd's algorithm, in bfloat16 those of stride 2 as
    products of matrices.

    Args:
        network (nn.Module): In eval mode, in float32.
        dtype (torch.dtype): What it will multiply in; it is not converted.
        run (Callable): Gives its outputs for some input, always the same.

    Raises:
        ValueError: If the outputs change: it does not run its layers in the
            order it lists them, so that batch norms cannot be folded.
    """
    before = run()
    fuse_conv_bn(network)
    to_channels_last(network)
    if before[0].device.type == 'cpu':
        tiles = _TILES[dtype]

        def channels(conv: nn.Conv2d) -> int:
            return min(conv.in_channels, conv.out_channels)

        _replace(network,
                 lambda conv: WinogradConv2d(conv, tiles[channels(conv)]),
                 lambda conv: fits_winograd(conv) and channels(conv) in tiles)
        _replace(
            network, MatrixConv2d, lambda conv: fits_matrix(conv) and conv.
            stride == (2, 2) and conv.out_channels >= _MANY_CHANNELS)
    gap = max(((a - b).abs().max() / b.abs().max()).item()
              for a, b in zip(run(), before))
    if not gap <= _TOLERANCE:
        raise ValueError(
            f'batch norms of {type(network).__name__} cannot be folded into '
            f'its convolutions: outputs change by {gap:.1e} of the largest')


def _replace(network: nn.Module, make: Callable[[nn.Module], nn.Module],
             fits: Callable[[nn.Module], bool]) -> None:
    """Put ``make(layer)`` in the place of each layer that fits.

    Layers with hooks stay: LayerMaps takes maps from them.
    """
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if fits(layer) and not layer._forward_hooks:
                setattr(parent, name, make(layer))

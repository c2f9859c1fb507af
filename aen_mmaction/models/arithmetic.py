# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Networks that compute the same by other arithmetic, faster."""
from typing import Callable, Dict, Sequence

import torch
from mmcv.cnn import fuse_conv_bn
from torch import nn

from .layers import (SmallMapConv2d, WinogradConv2d, fits_winograd, is_plain,
                     is_plain_3x3)

_MULTIPLY = (nn.Conv2d, nn.Conv3d, nn.Linear, WinogradConv2d)
_TOLERANCE = 1e-3  # of the largest output, in float32
# Tiles of convolutions that are faster by Winograd's algorithm on CPUs, by
# channels, in a ResNet-18 at 112 px (docs/speed.md).
_TILES: Dict[torch.dtype, Dict[int, int]] = {
    torch.float32: {256: 4, 512: 4},
    torch.bfloat16: {512: 2}
}
_HOOKS = ('_forward_hooks', '_forward_hooks_with_kwargs',
          '_forward_hooks_always_called', '_forward_pre_hooks',
          '_forward_pre_hooks_with_kwargs')
# From so many output channels on SmallMapConv2d is faster (docs/speed.md).
_MANY_CHANNELS = 128


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
    SmallMapConv2d, which acts on CPUs. Parameters keep names and values.

    Args:
        network (nn.Module): E.g. a backbone.
    """
    to_channels_last(network)
    _convolve_small_maps(network)


@torch.no_grad()
def fold_batch_norms(network: nn.Module,
                     run: Callable[[], Sequence[torch.Tensor]]) -> None:
    """Fold batch norms into the convolutions before them, in place.

    Args:
        network (nn.Module): In eval mode, in float32.
        run (Callable): Gives its outputs for some input, always the same.

    Raises:
        ValueError: If the outputs change: it does not run its layers in the
            order it lists them, or something else uses what comes between
            (a layer of LayerMaps, say). The network is of no use after that.
    """
    before = run()
    hooks = {(name, kind): getattr(layer, kind)
             for name, layer in network.named_modules() for kind in _HOOKS}
    fuse_conv_bn(network)
    for (name, kind), kept in hooks.items():  # of batch norms, now identities
        setattr(network.get_submodule(name), kind, kept)
    _check_equal(network, before, run(),
                 'batch norms cannot be folded into its convolutions')


@torch.no_grad()
def fold_for_inference(network: nn.Module, dtype: torch.dtype,
                       run: Callable[[], Sequence[torch.Tensor]]) -> None:
    """Make a trained network compute faster, in place; it cannot train after.

    Batch norms are folded into the convolutions before them, weights lie
    channels-last; on CPUs 3x3 convolutions of many channels, whose maps are
    small, are done by Winograd's algorithm or, in bfloat16, become
    SmallMapConv2d.

    Args:
        network (nn.Module): In eval mode, in float32.
        dtype (torch.dtype): What it will multiply in; it is not converted.
        run (Callable): Gives its outputs for some input, always the same.

    Raises:
        ValueError: As :func:`fold_batch_norms`.
    """
    before = run()
    fold_batch_norms(network, run)
    to_channels_last(network)
    if before[0].device.type == 'cpu':
        tiles = _TILES[dtype]

        def channels(conv: nn.Conv2d) -> int:
            return min(conv.in_channels, conv.out_channels)

        _replace(network,
                 lambda conv: WinogradConv2d(conv, tiles[channels(conv)]),
                 lambda conv: fits_winograd(conv) and channels(conv) in tiles)
        if dtype == torch.bfloat16:
            _convolve_small_maps(network)
    _check_equal(network, before, run(), 'other arithmetic is too inexact')


def store_in(network: nn.Module, dtype: torch.dtype) -> None:
    """Convert the weights of convolutions and linear layers, in place.

    Autocast then need not do it at every call; without autocast, or for
    training, the network is of no use any more.

    Args:
        network (nn.Module): To be run under autocast to ``dtype``.
        dtype (torch.dtype): E.g. bfloat16.
    """
    for layer in network.modules():
        if isinstance(layer, _MULTIPLY):
            layer.to(dtype)


def _check_equal(network: nn.Module, before: Sequence[torch.Tensor],
                 after: Sequence[torch.Tensor], what: str) -> None:
    gaps = torch.stack([(a - b).abs().max() / b.abs().max().clamp(min=1e-12)
                        for a, b in zip(after, before)])
    if not (gaps <= _TOLERANCE).all():  # nan is not
        raise ValueError(f'{type(network).__name__}: {what}: its outputs '
                         f'change by {gaps.max():.1e} of the largest')


def _convolve_small_maps(network: nn.Module) -> None:

    def fits(layer: nn.Module) -> bool:
        return is_plain_3x3(layer) and layer.out_channels >= _MANY_CHANNELS

    _replace(network, SmallMapConv2d, fits)


def _replace(network: nn.Module, make: Callable[[nn.Module], nn.Module],
             fits: Callable[[nn.Module], bool]) -> None:
    """Put ``make(layer)`` in the place of each layer that fits.

    Layers with hooks stay: LayerMaps takes maps from them.
    """
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if fits(layer) and not layer._forward_hooks:
                setattr(parent, name, make(layer))

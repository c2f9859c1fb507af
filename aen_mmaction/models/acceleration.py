# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A trained recognizer made faster: the same function, other arithmetic."""
from typing import Dict, NamedTuple

import torch
from mmcv.cnn import fuse_conv_bn
from mmengine.logging import print_log
from torch import nn

from aen_mmaction.checks import check_option

from .recognizers import DFERRecognizer
from .recognizers.memory_format import to_channels_last


class Speed(NamedTuple):
    """How to compute.

    Attributes:
        dtype (torch.dtype): Of convolutions and linear layers; everything
            else stays in float32.
        compiled (bool): Whether ``torch.compile`` writes the kernels.
    """
    dtype: torch.dtype
    compiled: bool


SPEEDS: Dict[str, Speed] = {
    'float32': Speed(torch.float32, False),
    'bfloat16': Speed(torch.bfloat16, False),
    'compiled': Speed(torch.float32, True),
    'compiled-bfloat16': Speed(torch.bfloat16, True)
}
_TOLERANCE = 1e-4  # of probabilities, in float32


@torch.no_grad()
def accelerate(model: DFERRecognizer,
               speed: str = 'float32') -> DFERRecognizer:
    """Prepare a trained recognizer for fast testing, in place.

    Batch norm is folded into the convolutions and their weights lie
    channels-last; in bfloat16 the weights of convolutions and linear layers
    are stored as such and the rest is left to autocast. It can be neither
    trained nor saved afterwards. Compiling happens at the first batch, and
    once more at the first batch of another size: a minute or two each.

    Args:
        model (DFERRecognizer): With its weights; set to eval mode.
        speed (str): A key of :data:`SPEEDS`. ``'float32'`` changes
            probabilities by rounding only, bfloat16 by some 1e-3.

    Returns:
        DFERRecognizer: The model.

    Raises:
        TypeError: If it is no DFERRecognizer.
        ValueError: If ``speed`` is unknown, or the backbone does not run its
            layers in the order it lists them, so that batch norms cannot be
            folded.
    """
    check_option('speed', speed, tuple(SPEEDS))
    if not isinstance(model, DFERRecognizer):
        raise TypeError('expected a DFERRecognizer, got '
                        f'{type(model).__name__}: test it without --speed')
    dtype, compiled = SPEEDS[speed]
    model.eval()
    clip = _noise(model)
    before = _scores(model, clip)
    model.backbone = fuse_conv_bn(model.backbone)
    to_channels_last(model.backbone)
    gap = (_scores(model, clip) - before).abs().max().item()
    if not gap <= _TOLERANCE:
        raise ValueError(
            f'batch norms of {type(model.backbone).__name__} cannot be folded '
            f'into its convolutions: probabilities change by {gap:.1e}. Test '
            'without --speed')
    parts = (model.backbone, model.neck, model.temporal, model.cls_head)
    if dtype != torch.float32:
        for layer in model.modules():
            if isinstance(layer, (nn.Conv2d, nn.Conv3d, nn.Linear)):
                layer.to(dtype)
        for part in parts:
            part.forward = torch.autocast(clip.device.type,
                                          dtype)(part.forward)
    if compiled and _can_compile():
        for part in parts:
            part.compile(options=dict(freezing=True))
    return model


def _noise(model: DFERRecognizer) -> torch.Tensor:
    """A clip (1, T, 3, H, W) in [0, 1], the same each time."""
    contract = model.data_preprocessor
    size = contract.img_size
    random = torch.Generator().manual_seed(0)
    clip = torch.rand(
        1, contract.num_frames, 3, size, size, generator=random)
    return clip.to(next(model.parameters()).device)


def _scores(model: DFERRecognizer, clips: torch.Tensor) -> torch.Tensor:
    feats, _ = model.extract_feat(clips)
    return model.cls_head.scores(model.cls_head(feats))['pred_score']


def _can_compile() -> bool:
    """Try a tiny function: the compiler, or its C++ one, may be missing."""
    try:
        torch.compile(lambda x: x * 2 + 1)(torch.zeros(3))
    except Exception as error:  # whatever a broken toolchain raises
        print_log(
            'torch.compile does not work here, so layers run as they are: '
            f'{type(error).__name__}: {str(error).splitlines()[0]}. It needs '
            'a C++ compiler (Debian, Ubuntu: the package g++)',
            logger='current',
            level=30)
        return False
    return True

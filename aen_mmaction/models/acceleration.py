# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A trained recognizer made faster: the same function, other arithmetic."""
import time
from typing import Dict, NamedTuple

import torch
from mmengine.logging import print_log
from torch import nn
from torch._inductor import config as inductor_config

from aen_mmaction.checks import check_option
from aen_mmaction.memory import keep_freed_memory

from .arithmetic import fold_for_inference, store_in
from .necks import ClipTransformer, LevelSqueeze
from .recognizers import DFERRecognizer


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
AUTO = 'auto'  # see quickest_speed


@torch.no_grad()
def accelerate(model: DFERRecognizer,
               speed: str = 'float32') -> DFERRecognizer:
    """Prepare a trained recognizer for fast testing, in place.

    Batch norm is folded into the convolutions and their weights lie
    channels-last, the two convolutions of a squeeze become one, the last
    temporal block refines [CLS] alone. On CPUs small maps of many channels
    are convolved by Winograd's algorithm, in bfloat16 also side by side (see
    :class:`SmallMapConv2d`), and the process keeps the memory it frees. In
    bfloat16 the weights of convolutions and linear layers are stored as such
    and the rest is left to autocast. The model can be neither trained nor
    saved afterwards. Compiling happens at the first batch, and once more at
    the first batch of another size: a minute or two each.

    Args:
        model (DFERRecognizer): With its weights; set to eval mode.
        speed (str): A key of :data:`SPEEDS`, or ``'auto'`` for
            :func:`quickest_speed`. ``'float32'`` changes probabilities by
            rounding only, bfloat16 by some 1e-3.

    Returns:
        DFERRecognizer: The model.

    Raises:
        TypeError: If it is no DFERRecognizer.
        ValueError: If ``speed`` is unknown, or the backbone does not run its
            layers in the order it lists them, so that batch norms cannot be
            folded.
    """
    check_option('speed', speed, (*SPEEDS, AUTO))
    if not isinstance(model, DFERRecognizer):
        raise TypeError('expected a DFERRecognizer, got '
                        f'{type(model).__name__}: test it without --speed')
    clip = _noise(model)
    if speed == AUTO:
        speed = quickest_speed(clip.device)
    dtype, compiled = SPEEDS[speed]
    model.eval()
    fold_for_inference(model.backbone, dtype, lambda: model.stage_maps(clip))
    _skip_the_unused(model)
    if clip.device.type == 'cpu':
        keep_freed_memory()
    parts = (model.backbone, model.neck, model.temporal, model.cls_head)
    if dtype != torch.float32:
        store_in(model, dtype)
        for part in parts:
            part.forward = torch.autocast(clip.device.type,
                                          dtype)(part.forward)
    if compiled and can_compile():
        frozen = inductor_config.patch(freezing=True)  # weights are constants
        for part in parts:
            part.forward = frozen(torch.compile(part.forward))
    return model


def quickest_speed(device: torch.device) -> str:
    """What suits a device, found by multiplying matrices on it.

    Args:
        device (torch.device): Of the model.

    Returns:
        str: ``'bfloat16'`` where that multiplies at least 1.5 times as fast
        as float32, else ``'float32'``. Compiling is left to you: it takes a
        minute or two before the first result.
    """
    seconds = {
        dtype: min(_product_seconds(device, dtype) for _ in range(5))
        for dtype in (torch.float32, torch.bfloat16)
    }
    gain = seconds[torch.float32] / seconds[torch.bfloat16]
    speed = 'bfloat16' if gain >= 1.5 else 'float32'
    print_log(
        f'{device}: bfloat16 multiplies {gain:.1f} times as fast as float32, '
        f'so --speed {speed}',
        logger='current')
    return speed


def _product_seconds(device: torch.device, dtype: torch.dtype) -> float:
    matrix = torch.ones(1024, 1024, dtype=dtype, device=device)
    if device.type == 'cuda':
        torch.cuda.synchronize()
    start = time.perf_counter()
    matrix @ matrix
    if device.type == 'cuda':
        torch.cuda.synchronize()
    return time.perf_counter() - start


def merge_point_wise(first: nn.Conv2d, second: nn.Conv2d) -> nn.Conv2d:
    """Two 1x1 convolutions with nothing between as one.

    ``W = W_2 W_1`` and ``b = W_2 b_1 + b_2``.

    Args:
        first (nn.Conv2d): C to C'.
        second (nn.Conv2d): C' to C''.

    Returns:
        nn.Conv2d: C to C''.
    """
    merged = nn.Conv2d(first.in_channels, second.out_channels, 1)
    matrix = second.weight.flatten(1)
    merged.weight = nn.Parameter(
        (matrix @ first.weight.flatten(1))[:, :, None, None])
    merged.bias = nn.Parameter(matrix @ first.bias + second.bias)
    return merged


def _skip_the_unused(model: DFERRecognizer) -> None:
    """Compute once what is used: merged squeeze, only [CLS] at the end."""
    if isinstance(model.neck, LevelSqueeze):
        for level, pair in enumerate(model.neck.convs):
            model.neck.convs[level] = merge_point_wise(*pair)
    for part in model.temporal.modules():
        if isinstance(part, ClipTransformer):
            part.lean = part.cls_token is not None


def _noise(model: DFERRecognizer) -> torch.Tensor:
    """A clip (1, T, 3, H, W) in [0, 1], the same each time."""
    contract = model.data_preprocessor
    size = contract.img_size
    random = torch.Generator().manual_seed(0)
    clip = torch.rand(
        1, contract.num_frames, 3, size, size, generator=random)
    return clip.to(next(model.parameters()).device)


def can_compile() -> bool:
    """Try a tiny function: the compiler, or its C++ one, may be missing.

    Returns:
        bool: Whether ``torch.compile`` works; if not, the log says why.
    """
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

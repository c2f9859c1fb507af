# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Layers shared by backbones, necks and heads."""
from .global_convolution_attention import GCABlock, GlobalConvolutionAttention
from .pixel_norm import PixelNorm
from .semantic_to_affective import SemanticToAffectiveConverter
from .small_map_convolution import SmallMapConv2d, is_plain, is_plain_3x3
from .transformer import SelfAttention, TransformerBlock
from .unused_weights import UNUSED, UnusedWeights, without_unused
from .winograd_convolution import WinogradConv2d, fits_winograd

__all__ = [
    'GCABlock', 'GlobalConvolutionAttention', 'PixelNorm', 'SelfAttention',
    'SemanticToAffectiveConverter', 'SmallMapConv2d', 'TransformerBlock',
    'UNUSED', 'UnusedWeights', 'WinogradConv2d', 'fits_winograd', 'is_plain',
    'is_plain_3x3', 'without_unused'
]

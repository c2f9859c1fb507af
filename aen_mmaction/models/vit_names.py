# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Weights of vision transformers under the names MMPretrain gives them."""
from typing import Dict

import torch

from ..checks import check_option
from .published.name_rules import rename

# (theirs, MMPretrain's); first of the blocks, then of what is around them
_BLOCKS = dict(
    mae=('blocks.{n}.', {
        'norm1.': 'ln1.',
        'norm2.': 'ln2.',
        'attn.': 'attn.',
        'mlp.fc1.': 'ffn.layers.0.0.',
        'mlp.fc2.': 'ffn.layers.1.'
    }),
    clip=('transformer.resblocks.{n}.', {
        'ln_1.': 'ln1.',
        'ln_2.': 'ln2.',
        'attn.in_proj_': 'attn.qkv.',
        'attn.out_proj.': 'attn.proj.',
        'mlp.c_fc.': 'ffn.layers.0.0.',
        'mlp.c_proj.': 'ffn.layers.1.'
    }))
_AROUND = dict(
    mae=[('patch_embed.proj.{rest}', 'patch_embed.projection.{rest}'),
         ('norm.{rest}', 'ln1.{rest}')],
    clip=[('conv1.{rest}', 'patch_embed.projection.{rest}'),
          ('class_embedding', 'cls_token'),
          ('positional_embedding', 'pos_embed'),
          ('ln_pre.{rest}', 'pre_norm.{rest}'),
          ('ln_post.{rest}', 'ln1.{rest}')])


def to_mmpretrain_vit(state_dict: Dict[str, torch.Tensor],
                      names: str) -> Dict[str, torch.Tensor]:
    """Rename a vision transformer's weights.

    Args:
        state_dict (dict[str, Tensor]): Weights without prefix; of CLIP those
            under ``visual.`` only.
        names (str): 'mae' (MAE, timm, DINO) or 'clip' (OpenAI's program).

    Returns:
        dict[str, Tensor]: As MMPretrain's ``VisionTransformer`` has them;
        others keep their names.
    """
    check_option('names', names, tuple(_BLOCKS))
    block, parts = _BLOCKS[names]
    rules = [(block + theirs + '{rest}', 'layers.{n}.' + ours + '{rest}')
             for theirs, ours in parts.items()] + _AROUND[names]
    renamed = {rename(k, rules) or k: v for k, v in state_dict.items()}
    for name in ('cls_token', 'pos_embed'):  # CLIP's have no batch axis
        if name in renamed and renamed[name].ndim < 3:
            renamed[name] = renamed[name].reshape(
                1, -1, renamed[name].shape[-1])
    return renamed

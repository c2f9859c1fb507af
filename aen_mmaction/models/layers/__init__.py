# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Layers shared by necks and heads."""
from .semantic_to_affective import SemanticToAffectiveConverter
from .transformer import SelfAttention, TransformerBlock

__all__ = ['SelfAttention', 'SemanticToAffectiveConverter', 'TransformerBlock']

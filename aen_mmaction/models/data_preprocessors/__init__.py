# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .dfer_data_preprocessor import DFERDataPreprocessor

__all__ = ['DFERDataPreprocessor']

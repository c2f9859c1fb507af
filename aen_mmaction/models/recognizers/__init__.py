# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .dfer_recognizer import DFERRecognizer

__all__ = ['DFERRecognizer']

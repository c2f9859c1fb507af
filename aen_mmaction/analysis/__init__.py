# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Looking at results: plots, clips, reports."""
from .plots import plot_confusion_matrix

__all__ = ['plot_confusion_matrix']

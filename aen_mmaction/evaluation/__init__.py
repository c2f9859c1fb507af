# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Metrics: pure functions and the one for MMEngine's runners."""
from .confusion import (confusion_matrix, group_matrix, matrix_recalls,
                        matrix_uar, matrix_war)
from .dfer_metric import DFERMetric
from .functional import (bootstrap_ci, calculate, cross_group_error,
                         hierarchy_inconsistency, rate_statistics, recalls,
                         uar, war)

__all__ = [
    'DFERMetric', 'bootstrap_ci', 'calculate', 'confusion_matrix',
    'cross_group_error', 'group_matrix', 'hierarchy_inconsistency',
    'matrix_recalls', 'matrix_uar', 'matrix_war', 'rate_statistics',
    'recalls', 'uar', 'war'
]

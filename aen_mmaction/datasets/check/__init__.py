# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Comparing a data set's folder and lists: what is wrong, and with what."""
from .check import CheckResult, check_dataset
from .findings import KINDS, Finding, summarise, write_csv
from .fixing import write_corrected_lists
from .splits import SplitList, find_splits, own_splits

__all__ = [
    'CheckResult', 'Finding', 'KINDS', 'SplitList', 'check_dataset',
    'find_splits', 'own_splits', 'summarise', 'write_corrected_lists',
    'write_csv'
]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Mends for faults of the wheels this package stands on.

Each mend lives in a file of its own whose docstring names the fault, the
upstream issue and when it may go. A mend does nothing where its fault is
absent, and running it twice changes nothing.
"""
import warnings
from typing import Callable, Dict

from . import (amp, checkpoints, distributed, localizers, saving, stored_code,
               workers)

MENDED = 'mended'
ABSENT = 'absent'

#: Name of the mend -> function that applies it and returns its state.
#: ``localizers`` is first: ``amp`` imports MMAction2's models.
MENDS: Dict[str, Callable[[], str]] = {
    'mmaction.models.localizers.drn': localizers.mend,
    'mmengine checkpoints on torch>=2.6': checkpoints.mend,
    'AmpOptimWrapper on the CPU': amp.mend,
    'distributed runs without a GPU': distributed.mend,
    'torn checkpoints': saving.mend,
    'config text run from checkpoints': stored_code.mend,
    'DataLoader workers that die or hang': workers.mend,
}


def apply() -> Dict[str, str]:
    """Run every mend; safe to call more than once.

    Returns:
        dict[str, str]: Name of each mend -> ``'mended'`` or ``'absent'``
        (the fault is not in the installed versions, nothing was changed).
    """
    with warnings.catch_warnings():
        # MMAction2's models, imported here, ask mmcv-lite for an operator
        # that neither they nor this package use.
        warnings.filterwarnings('ignore', 'Fail to import ``MultiScale')
        return {
            name: MENDED if mend() else ABSENT
            for name, mend in MENDS.items()
        }

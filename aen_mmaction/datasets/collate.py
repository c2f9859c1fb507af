# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Any, Optional, Sequence

from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS


@FUNCTIONS.register_module()
def skip_none_collate(data_batch: Sequence[Optional[dict]]) -> Any:
    """Leave out skipped clips (None), then collate as MMEngine does.

    With ``on_bad_frame='skip_clip'`` a data set gives None for an unreadable
    clip; the batch gets smaller, no other clip takes its place. Registered in
    MMEngine's root registry, where ``Runner.build_dataloader`` looks
    ``collate_fn=dict(type='skip_none_collate')`` up in every scope.

    Args:
        data_batch (Sequence[dict | None]): Samples of one batch.

    Returns:
        dict: ``inputs`` and ``data_samples`` as lists of equal length.

    Raises:
        ValueError: If every clip of the batch was skipped. On several
            processes one such rank ends the whole run: the others cannot
            take a step without it.
    """
    kept = [sample for sample in data_batch if sample is not None]
    if not kept:
        raise ValueError(
            f'expected at least one readable clip in a batch, found all '
            f'{len(data_batch)} skipped as unreadable. The warnings above '
            'name the files: repair them, or remove the clips from the list.')
    return pseudo_collate(kept)

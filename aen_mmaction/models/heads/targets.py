# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the clip-level losses are to predict."""
import torch
from mmaction.utils import SampleList
from torch import nn


def labels_of(data_samples: SampleList, device: torch.device) -> torch.Tensor:
    """The clips' labels, integer (N,)."""
    return torch.cat([s.gt_label for s in data_samples]).to(device)


def targets_for(loss: nn.Module, data_samples: SampleList,
                device: torch.device) -> torch.Tensor:
    """Soft labels where the samples have them and the loss takes them.

    Args:
        loss (nn.Module): With ``takes_soft_labels = True`` if it does.
        data_samples (list[ActionDataSample]): N samples with ``gt_label``,
            and with ``soft_label`` (K,) from a data set that gives them.
        device (torch.device): Where to.

    Returns:
        Tensor: float (N, K), else integer (N,).

    Raises:
        ValueError: If only some samples have a soft label.
    """
    soft = [s.soft_label for s in data_samples if 'soft_label' in s]
    if not soft or not getattr(loss, 'takes_soft_labels', False):
        return labels_of(data_samples, device)
    if len(soft) < len(data_samples):
        raise ValueError(
            f'expected soft labels in all {len(data_samples)} clips of the '
            f'batch, found them in {len(soft)}: data sets with and without '
            'them were joined. Give soft_labels to all or none.')
    return torch.stack([torch.as_tensor(s) for s in soft]).to(device)

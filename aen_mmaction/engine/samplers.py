# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Samplers that show rare emotions more often."""
import math
from typing import Iterator, Optional, Sequence

import numpy as np
from mmaction.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Dataset, Sampler

from ..datasets.labels import clip_labels


def class_quotas(counts: Sequence[int], total: int,
                 exponent: float) -> np.ndarray:
    r"""Samples of each class in an epoch.

    .. math::
        q_k = \text{total} \cdot \frac{n_k^e}{\sum_j n_j^e}

    rounded to integers by the largest remainder. e = 1 is the split's own
    distribution, e = 1/2 square-root sampling, e = 0 balanced classes.

    Args:
        counts (Sequence[int]): n_k, clips of each class, at least 1.
        total (int): Samples of the epoch.
        exponent (float): e.

    Returns:
        np.ndarray: int64, one per class; they sum to ``total``.

    Example:
        >>> class_quotas([90, 10], 100, 0.5).tolist()
        [75, 25]
    """
    weight = np.asarray(counts, dtype=float)**exponent
    target = total * weight / weight.sum()
    quotas = np.floor(target).astype(np.int64)
    by_remainder = np.argsort(quotas - target, kind='stable')
    quotas[by_remainder[:total - quotas.sum()]] += 1
    return quotas


@DATA_SAMPLERS.register_module()
class ClassBalancedSampler(Sampler):
    """Every class equally often; an epoch is as long as the data set.

    Each epoch has exactly its quota of every class (:func:`class_quotas`).
    The clips of a class come in turn, in an order shuffled anew after each
    turn, and the turn goes on in the next epoch: no clip is shown twice
    before all others of its class were shown. What an epoch shows depends
    only on seed, epoch and the labels, so a resumed run goes on as an
    unbroken one. On several processes all draw the same epoch and each takes
    every ``world_size``-th sample; for equal lengths the epoch is rounded up
    by up to ``world_size - 1`` samples.

    Args:
        dataset (Dataset): With labels, see :func:`clip_labels`.
        seed (int, optional): The same on all processes. Defaults to None:
            drawn and agreed upon.
        shuffle (bool): Must be True; there for configs that only change the
            type of ``DefaultSampler``.

    Raises:
        ValueError: If ``shuffle`` is False.
    """

    exponent = 0.  # of the class sizes, see class_quotas

    def __init__(self,
                 dataset: Dataset,
                 seed: Optional[int] = None,
                 shuffle: bool = True) -> None:
        if not shuffle:
            raise ValueError(
                f'{type(self).__name__}: expected shuffle=True, got '
                f'{shuffle}: it is made for training. Use '
                "dict(type='DefaultSampler', shuffle=False) for testing.")
        labels = clip_labels(dataset)
        self.members = [np.flatnonzero(labels == k) for k in np.unique(labels)]
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self.rank, self.world_size = get_dist_info()
        self.num_samples = math.ceil(len(labels) / self.world_size)
        self.quotas = class_quotas([len(m) for m in self.members],
                                   self.num_samples * self.world_size,
                                   self.exponent)

    def epoch_indices(self) -> np.ndarray:
        """Samples of all processes in this epoch, int64 (total,)."""
        drawn = [
            self._turns(k, self.epoch * int(quota), int(quota))
            for k, quota in enumerate(self.quotas)
        ]
        rng = np.random.default_rng([self.seed, 0, self.epoch])
        return rng.permutation(np.concatenate(drawn))

    def _turns(self, k: int, start: int, length: int) -> np.ndarray:
        """Part of the endless row of shuffled turns through class k."""
        size = len(self.members[k])
        first, last = start // size, (start + length) // size
        row = np.concatenate([
            np.random.default_rng([self.seed, 1, k,
                                   turn]).permutation(self.members[k])
            for turn in range(first, last + 1)
        ])
        return row[start - first * size:][:length]

    def __iter__(self) -> Iterator[int]:
        """Indices of this process."""
        own = self.epoch_indices()[self.rank::self.world_size]
        return iter(own.tolist())

    def __len__(self) -> int:
        """Samples of this process in an epoch."""
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Set the 0-based epoch; MMEngine's hooks and loops call it."""
        self.epoch = epoch


@DATA_SAMPLERS.register_module()
class SquareRootSampler(ClassBalancedSampler):
    """Classes in proportion to the square root of their size.

    Halfway between the split's own distribution and a balanced one; all else
    as in :class:`ClassBalancedSampler`.
    """

    exponent = 0.5

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Going on inside an epoch, with the clips that are left."""
import random
from itertools import islice
from typing import Any, Iterator, Sequence

import numpy as np
import torch
from mmengine.dist import get_rank
from mmengine.runner.loops import _InfiniteDataloaderIterator
from torch.utils.data import DataLoader


class RestOfBatches:
    """A batch sampler that leaves out its first batches, once.

    Args:
        batch_sampler (Sampler): Whose batches they are.
        done (int): How many are trained on already.
    """

    def __init__(self, batch_sampler: Any, done: int) -> None:
        self.batch_sampler = batch_sampler
        self.done = done

    def __iter__(self) -> Iterator[Sequence[int]]:
        # Only when read from: torch makes iterators that it never uses.
        done, self.done = self.done, 0
        yield from islice(self.batch_sampler, done, None)

    def __len__(self) -> int:
        """Of a whole epoch, in batches."""
        return len(self.batch_sampler)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.batch_sampler, name)


def leave_out(loader: DataLoader, done: int) -> None:
    """Let the next pass over a loader begin after ``done`` batches.

    Their clips are not read. Later passes are whole.

    Args:
        loader (DataLoader): With a batch sampler.
        done (int): In batches of this process.
    """
    rest = RestOfBatches(loader.batch_sampler, done)
    object.__setattr__(loader, 'batch_sampler', rest)  # torch forbids it
    persistent = getattr(loader, '_iterator', None)
    if persistent is not None:  # its workers live already
        persistent._index_sampler = rest


class AdvancedIterator(_InfiniteDataloaderIterator):
    """Iterator of an iteration-based loop that stands where a run stopped.

    MMEngine asks it for every batch trained on before; it gives None for
    each and reads none of them.

    Args:
        loader (DataLoader): Of the training.
        iterations (int): Already done.
    """

    def __init__(self, loader: DataLoader, iterations: int) -> None:
        self._asked_again = iterations
        epoch, done = divmod(iterations, len(loader))
        if hasattr(loader.sampler, 'set_epoch'):
            loader.sampler.set_epoch(epoch)
        leave_out(loader, done)
        super().__init__(loader)
        self._epoch = epoch

    def __next__(self) -> Any:
        if self._asked_again:
            self._asked_again -= 1
            return None
        return super().__next__()


def seed_step(seed: int, iteration: int) -> None:
    """Seed what is drawn in a step (dropout): by seed, process, iteration.

    Args:
        seed (int): The run's.
        iteration (int): 0-based, of the whole run.
    """
    words = np.random.SeedSequence([seed, get_rank(),
                                    iteration]).generate_state(3)
    random.seed(int(words[0]))
    np.random.seed(words[1])
    torch.manual_seed(int(words[2]))

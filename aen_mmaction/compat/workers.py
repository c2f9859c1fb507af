# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A worker that dies or hangs is reported with the clips it was reading.

Fault: torch says which process of a ``DataLoader`` died, not at which clip,
and waits forever for one that hangs. A SIGTERM to all processes of a job, as
clusters send it, kills the workers before the run can save.
Upstream: pytorch/pytorch, ``torch.utils.data``; by design.
May go: when the error of a killed worker names the sample.
"""
import multiprocessing
import os
import signal
import time
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, Callable, List, Optional

import torch
from mmengine.runner import FlexibleRunner, Runner
from torch.utils.data import DataLoader, get_worker_info

from .wrapping import wrap_once

#: Seconds to wait for a batch where the config names no ``timeout``.
TIMEOUT = 600
_SAYINGS = ('DataLoader worker', 'DataLoader timed out')  # torch's errors
_IDLE = -1.0


def mend() -> bool:
    """Mark what workers read; name it when one dies or hangs.

    Returns:
        bool: Always True.
    """
    for runner in (Runner, FlexibleRunner):
        wrap_once(runner, 'build_dataloader', _build_dataloader)
        for name in ('train', 'val', 'test'):
            wrap_once(runner, name, _explain)
    return True


def _build_dataloader(original: Callable) -> Callable:

    def build_dataloader(*args: Any, **kwargs: Any) -> DataLoader:
        loader = original(*args, **kwargs)
        if loader.num_workers and not hasattr(loader, 'marks'):
            # Of each worker: index of the sample it reads, since when, and
            # its process id.
            loader.marks = torch.full((loader.num_workers, 3),
                                      _IDLE,
                                      dtype=torch.float64).share_memory_()
            # Before multiprocessing itself ends them, with a SIGTERM.
            Finalize(None, _end_workers, (loader.marks, ), exitpriority=1)
            loader.worker_init_fn = partial(_begin_worker,
                                            loader.worker_init_fn,
                                            loader.marks)
            loader.timeout = loader.timeout or TIMEOUT
        return loader

    return build_dataloader


def _begin_worker(init: Optional[Callable], marks: torch.Tensor,
                  worker_id: int) -> None:
    """Outlive a SIGTERM (the run itself ends its workers), leave marks."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    marks[worker_id, 2] = os.getpid()
    dataset = get_worker_info().dataset
    read = getattr(dataset, '__getitems__', None)

    def read_marked(indices: List[int]) -> List:
        mark = marks[worker_id]
        samples = []
        for index in indices:
            mark[1] = time.time()
            mark[0] = index
            samples += read([index]) if read else [dataset[index]]
        mark[0] = _IDLE
        return samples

    # torch's fetcher asks the object for this method, not its class.
    dataset.__getitems__ = read_marked
    if init is not None:
        init(worker_id)


def _explain(original: Callable) -> Callable:

    def run(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except RuntimeError as error:
            if not str(error).startswith(_SAYINGS):
                raise
            read = [
                line for loop in (self._train_loop, self._val_loop,
                                  self._test_loop)
                for line in being_read(getattr(loop, 'dataloader', None))
            ]
            if not read:
                raise
            raise RuntimeError(
                f'{error}\nA worker died (killed, out of memory, crashed in '
                'a decoder) or hangs. At that moment workers were reading:\n'
                + '\n'.join(read) +
                '\nTry these clips alone; remove a bad one from the list, or '
                'use fewer workers where memory is short. How long to wait '
                'for a batch: train_dataloader.timeout=SECONDS, likewise val '
                'and test') from error

    return run


def being_read(loader: Optional[DataLoader]) -> List[str]:
    """What the workers of a loader read at this moment, longest first.

    Args:
        loader (DataLoader, optional): One built by MMEngine's runner.

    Returns:
        list[str]: A line for each busy worker: the clip, its file or folder,
        its line in the list, the seconds since it began.
    """
    marks = getattr(loader, 'marks', torch.empty(0, 3)).tolist()
    busy = sorted((since, worker, int(index))
                  for worker, (index, since, _) in enumerate(marks)
                  if index != _IDLE)
    return [
        f'  worker {worker}: {_describe(loader.dataset, index)}, for '
        f'{time.time() - since:.0f} s' for since, worker, index in busy
    ]


def _describe(dataset: Any, index: int) -> str:
    try:
        info = dataset.get_data_info(index)
    except Exception:  # noqa: B902 of another kind: its number must do
        return f'sample {index}'
    place = next((info[key] for key in ('filename', 'img_path', 'frame_dir')
                  if key in info), '')
    return (f'clip {info.get("clip_id", index)} in {place} '
            f'({info.get("ann", f"sample {index}")})')


def _end_workers(marks: torch.Tensor) -> None:
    """At exit: a worker that hangs ignores the SIGTERM it would get."""
    ours = marks[:, 2].tolist()
    left = [p for p in multiprocessing.active_children() if p.pid in ours]
    if left:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for process in left:
            process.kill()

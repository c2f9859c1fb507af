# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Jobs side by side in processes that may die."""
import multiprocessing
import signal
from multiprocessing.connection import Connection, wait
from typing import Any, Callable, Iterable, Iterator, Tuple

import cv2

# Processes are not forked from a caller whose libraries run threads (they
# could wait for a lock forever), but from a clean one that imports once.
_METHOD = ('forkserver' if 'forkserver' in
           multiprocessing.get_all_start_methods() else 'spawn')


class WorkerDied(RuntimeError):
    """The process that did a job ended; the text says how."""


class _Worker:
    """A process that does one job after the other."""

    def __init__(self, function: Callable) -> None:
        context = multiprocessing.get_context(_METHOD)
        if _METHOD == 'forkserver':
            context.set_forkserver_preload([__name__, function.__module__])
        self.pipe, far_end = context.Pipe()
        self.job: Any = None
        self._process = context.Process(
            target=_work, args=(far_end, function), daemon=True)
        self._process.start()
        far_end.close()  # the pipe breaks when the process ends

    def give(self, job: Any) -> None:
        self.job = job
        self.pipe.send(job)

    def take(self) -> Any:
        """The job's result, or a :class:`WorkerDied`."""
        try:
            return self.pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode
            how = (f'killed by {signal.Signals(-code).name}'
                   if code < 0 else f'ended with status {code}')
            return WorkerDied(f'the process that read it was {how}')

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()


def run_in_workers(function: Callable[[Any], Any], jobs: Iterable[Any],
                   workers: int) -> Iterator[Tuple[Any, Any]]:
    """Do jobs side by side.

    A job that ends its process (a decoder may crash) does not end the
    others: a new process takes its place.

    Args:
        function (Callable): Takes a job, returns its result; must not raise.
            A function of a module, which the processes import.
        jobs (Iterable): The jobs, given out in their order.
        workers (int): Processes, at least 1.

    Yields:
        tuple: A job and its result, or the job and a :class:`WorkerDied`; in
        the order in which they end.
    """
    if workers < 1:
        raise ValueError(f'workers: expected 1 or more, got {workers}')
    todo = iter(jobs)
    busy = {}
    try:
        for _ in range(workers):
            _next_job(todo, busy, lambda: _Worker(function))
        while busy:
            for pipe in wait(list(busy)):
                worker = busy[pipe]
                result = worker.take()
                yield worker.job, result
                del busy[pipe]
                if isinstance(result, WorkerDied):
                    worker.stop()
                    _next_job(todo, busy, lambda: _Worker(function))
                elif not _next_job(todo, busy, lambda w=worker: w):
                    worker.stop()
    finally:
        for worker in busy.values():
            worker.stop()


def _next_job(todo: Iterator, busy: dict, worker: Callable) -> bool:
    """Give the next job, if there is one, to a worker made for it."""
    for job in todo:
        free = worker()
        free.give(job)
        busy[free.pipe] = free
        return True
    return False


def _work(pipe: Connection, function: Callable) -> None:
    """Do the parent's jobs until it says stop or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    try:
        while multiprocessing.parent_process().is_alive():
            if pipe.poll(1):
                pipe.send(function(pipe.recv()))
    except (EOFError, ConnectionError):  # the parent is gone
        return

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Commands run in stages, in parallel, that survive being killed.

A job owns a folder. What it has finished is written to ``job.json`` there; a
lock in the folder is held by the job's own processes, so that a run which was
killed and started again never works beside a survivor of the first.
"""
import fcntl
import json
import os
import subprocess
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import (IO, Callable, Dict, Iterable, Iterator, List, Optional,
                    Sequence, Tuple)

from ..files import write_atomic

#: Gives the command of a stage when it is its turn, or does the stage's work
#: itself and gives None.
Stage = Callable[[], Optional[Sequence[str]]]
Log = Callable[[str], None]
_GRACE = 60  # seconds a process has to stop when asked to


@dataclass(frozen=True, eq=False)
class Job:
    """Stages to run one after the other.

    Attributes:
        folder (Path): The job's own folder. It must change when what the job
            does changes: that is how results are never mixed.
        stages (dict[str, Stage]): By name, in order. A stage that was killed
            is run again, so it must be able to go on from its own files.
        needs (tuple[Job]): Jobs to finish first.
        title (str): Name in the log.
        leaves (dict[str, Path]): File that a stage leaves when it is
            complete. A training asked to stop (SIGTERM) ends in good order
            without it.
    """
    folder: Path
    stages: Dict[str, Stage]
    needs: Tuple['Job', ...] = ()
    title: str = ''
    leaves: Dict[str, Path] = field(default_factory=dict)

    @property
    def seconds(self) -> Dict[str, float]:
        """Time the last attempt at each finished stage took.

        Raises:
            ValueError: If ``job.json`` is damaged.
        """
        path = self.folder / 'job.json'
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_text(encoding='utf-8'))
            sum(found.values())  # numbers
            return found
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(
                f'{path}: expected the finished stages and their seconds, '
                f'found {error}. Remove the file: the stages are run again, '
                'from what they left') from error

    @property
    def is_done(self) -> bool:
        """Whether every stage is finished."""
        return self.stages.keys() <= self.seconds.keys()

    def finish(self, stage: str, seconds: float) -> None:
        """Write down that a stage is finished; a kill leaves no half file."""
        seconds_of = {**self.seconds, stage: round(seconds, 1)}
        write_atomic(self.folder / 'job.json', json.dumps(seconds_of).encode())


def unfinished(jobs: Iterable[Job]) -> List[Job]:
    """Jobs with work left and what they need, needs first, folders once."""
    order: Dict[Path, Job] = {}

    def add(job: Job) -> None:
        if job.folder not in order and not job.is_done:
            for need in job.needs:
                add(need)
            order[job.folder] = job

    for job in jobs:
        add(job)
    return list(order.values())


class JobRunner:
    """Runs jobs on slots, each with its own environment variables.

    Args:
        slots (Sequence[dict]): One dict of environment variables for each
            job that may run at a time, e.g. ``CUDA_VISIBLE_DEVICES``.
        log (Callable[[str], None]): Receives a line on each step.
    """

    def __init__(self, slots: Sequence[Dict[str, str]], log: Log) -> None:
        self.log = log
        self._slots: SimpleQueue = SimpleQueue()
        for slot in slots:
            self._slots.put(slot)
        self._num_slots = len(slots)
        self._stop = threading.Event()
        self._children: List[subprocess.Popen] = []

    def run(self, jobs: Iterable[Job]) -> Dict[Path, str]:
        """Finish jobs; a failed one does not stop those that can go on.

        Args:
            jobs (Iterable[Job]): What to finish; finished ones are skipped.

        Returns:
            dict[Path, str]: Folder -> error of every job that failed or
            needed one that did; empty if all is well.
        """
        waiting = unfinished(jobs)
        total, failed = len(waiting), {}
        running: Dict = {}
        with ThreadPoolExecutor(self._num_slots) as pool:
            try:
                while waiting or running:
                    open_folders = {j.folder for j in waiting}
                    open_folders |= {j.folder for j in running.values()}
                    for job in list(waiting):
                        needs = {need.folder for need in job.needs}
                        if needs & failed.keys():
                            failed[job.folder] = 'not run: needs ' + ', '.join(
                                sorted(n.name for n in needs & failed.keys()))
                            waiting.remove(job)
                        elif (len(running) < self._num_slots
                              and not needs & open_folders):
                            waiting.remove(job)
                            running[pool.submit(self._work, job)] = job
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        job = running.pop(future)
                        if future.exception():
                            failed[job.folder] = str(future.exception())
                            self.log(f'FAILED {job.title}: '
                                     f'{future.exception()}')
                    left = len(waiting) + len(running)
                    if done:
                        self.log(f'{total - left} of {total} jobs over')
            except BaseException:  # also Ctrl-C: leave no process behind
                self._stop.set()
                for future in running:
                    future.cancel()
                _end(self._children)
                raise
        return failed

    def _work(self, job: Job) -> None:
        """Run the stages of one job that are not finished."""
        slot = self._slots.get()
        try:
            job.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(job) as lock:
                for stage, start in job.stages.items():
                    if stage not in job.seconds and not self._stop.is_set():
                        self._run_stage(job, stage, start, slot, lock)
        finally:
            self._slots.put(slot)

    def _run_stage(self, job: Job, stage: str, start: Stage,
                   slot: Dict[str, str], lock: IO) -> None:
        self.log(f'{job.title}: {stage}')
        begin = time.monotonic()
        command = start()
        if command is not None:
            path = job.folder / f'{stage}.out'
            with open(path, 'ab') as output:
                child = subprocess.Popen(
                    [str(part) for part in command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **slot},
                    pass_fds=(lock.fileno(), ))  # held until it is gone
                self._children.append(child)
                if self._stop.is_set():  # told to while this one started
                    _end([child])
                code = child.wait()
            if code:
                tail = path.read_text(errors='replace').splitlines()[-8:]
                raise RuntimeError(
                    f'{stage} ended with code {code}; its output is {path}, '
                    'the end of it:\n  ' + '\n  '.join(tail))
        left = job.leaves.get(stage)
        if left and not left.exists():
            raise RuntimeError(f'{stage} stopped before it was complete: '
                               f'there is no {left}. Start again to go on')
        seconds = time.monotonic() - begin
        job.finish(stage, seconds)
        self.log(f'{job.title}: {stage} done in {seconds:.0f} s')

    @contextmanager
    def _locked(self, job: Job) -> Iterator[IO]:
        """Hold the job's folder; wait while another process does."""
        with open(job.folder / 'lock', 'w') as file:
            told = False
            while not self._stop.is_set():
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not told:
                        self.log(f'{job.title}: another process is at work '
                                 f'in {job.folder}, waiting for it')
                    told = True
                    self._stop.wait(0.5)
            yield file


def _end(children: Sequence[subprocess.Popen]) -> None:
    """Ask processes to stop, which lets a training save; then make them."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the tools that run jobs share."""
import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import Dict, Iterable, List, Optional

import torch

from .jobs import Job, JobRunner, Log


def add_job_arguments(parser: argparse.ArgumentParser,
                      work_dir: str) -> None:
    """Add ``--work-dir``, ``--jobs`` and ``--dry-run``.

    Args:
        parser (ArgumentParser): Of the tool.
        work_dir (str): Default folder.
    """
    parser.add_argument(
        '--work-dir',
        type=Path,
        default=Path(work_dir),
        help='folder for runs and tables (default: %(default)s)')
    parser.add_argument(
        '--jobs',
        type=int,
        help='runs at a time (default: one for each GPU; without a GPU one, '
        'which uses all cores)')
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help='only say what is left to do')


def make_slots(num_jobs: Optional[int], num_gpus: int,
               num_cpus: int) -> List[Dict[str, str]]:
    """Environment variables for jobs that run side by side.

    Args:
        num_jobs (int, optional): How many; None: one for each GPU, or one.
        num_gpus (int): Of the machine; 0 shares the CPU cores out.
        num_cpus (int): Cores.

    Returns:
        list[dict[str, str]]: One for each job.

    Raises:
        ValueError: If ``num_jobs`` is below 1.
    """
    if num_jobs is not None and num_jobs < 1:
        raise ValueError(f'expected at least 1 job at a time, got {num_jobs}')
    visible = os.environ.get('CUDA_VISIBLE_DEVICES', '')
    devices = visible.split(',') if visible else list(map(str,
                                                          range(num_gpus)))
    if num_gpus:
        return [
            dict(CUDA_VISIBLE_DEVICES=devices[i % num_gpus])
            for i in range(num_jobs or num_gpus)
        ]
    num_jobs = num_jobs or 1
    threads = str(max(1, num_cpus // num_jobs))
    return [dict(OMP_NUM_THREADS=threads) for _ in range(num_jobs)]


def run_with_log(jobs: Iterable[Job], num_jobs: Optional[int],
                 log: Log) -> Dict[Path, str]:
    """Finish jobs and tell each step with the time.

    SIGTERM is treated as Ctrl-C: the jobs' processes are ended as well.

    Args:
        jobs (Iterable[Job]): What to finish.
        num_jobs (int, optional): How many at a time; None: one for each GPU,
            or one.
        log (Callable[[str], None]): Receives a line on each step.

    Returns:
        dict[Path, str]: As :meth:`JobRunner.run`.
    """
    slots = make_slots(num_jobs, torch.cuda.device_count(),
                       len(os.sched_getaffinity(0)))
    runner = JobRunner(
        slots, lambda line: log(f'{time.strftime("%H:%M:%S")} {line}'))
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return runner.run(jobs)
    finally:
        signal.signal(signal.SIGTERM, before)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Measuring speed on a machine that others use too."""
import statistics
import time
from typing import Callable, Dict, Mapping


def interleaved_medians(tasks: Mapping[str, Callable[[], object]],
                        rounds: int) -> Dict[str, float]:
    """Median CPU time of each task, measured in turns.

    Every round runs every task once, so that whatever slows the machine down
    for a while slows all of them; a first round is not counted. CPU time of
    this process, all threads, is what counts, not the clock on the wall.

    Args:
        tasks (Mapping[str, Callable]): Name -> what to run.
        rounds (int): Counted rounds, at least 1.

    Returns:
        dict[str, float]: Seconds of CPU time by name.

    Raises:
        ValueError: If ``rounds`` is below 1.
    """
    if rounds < 1:
        raise ValueError(f'rounds: expected at least 1, got {rounds}')
    seconds = {name: [] for name in tasks}
    for turn in range(rounds + 1):
        for name, task in tasks.items():
            start = time.process_time()
            task()
            if turn:
                seconds[name].append(time.process_time() - start)
    return {name: statistics.median(s) for name, s in seconds.items()}

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Measuring speed on a machine that others use too."""
import re
import statistics
import time
import traceback
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import (Callable, Dict, List, Mapping, NamedTuple, Optional,
                    Sequence)

import torch

from ..evaluation.tables import Table
from ..models.acceleration import can_compile

_SIDE = 2048  # of the matrices that tell the machine's peak


class Throughput(NamedTuple):
    """How fast something handles clips.

    Attributes:
        clips (int): Handled in each run.
        seconds (list[float]): Wall time of each round's counted run.
        flops (float | None): Floating-point operations of each run.
        dtype (torch.dtype | None): That most of them are done in.
        peak_memory (float | None): MiB, of a process that does only this.
    """
    clips: int
    seconds: List[float]
    flops: Optional[float] = None
    dtype: Optional[torch.dtype] = None
    peak_memory: Optional[float] = None

    @property
    def clips_per_second(self) -> float:
        """Of the median round."""
        return self.clips / statistics.median(self.seconds)


def times_in_turns(
        tasks: Mapping[str, Callable[[], object]],
        rounds: int,
        clock: Callable[[], float] = time.perf_counter
) -> Dict[str, List[float]]:
    """Time of each task in each round.

    Each runs once before the first round: then all are ready. Every round
    runs every task, every other round in reverse, so that whatever slows the
    machine down for a while slows all of them. In its turn a task runs twice
    and the second run counts: in the first it finds threads asleep, clocks
    low and caches full of the others' data.

    Args:
        tasks (Mapping[str, Callable]): Name -> what to run.
        rounds (int): At least 1.
        clock (Callable): Gives seconds. Defaults to the clock on the wall.

    Returns:
        dict[str, list[float]]: Seconds by name.

    Raises:
        ValueError: If ``rounds`` is below 1.
    """
    if rounds < 1:
        raise ValueError(f'rounds: expected at least 1, got {rounds}')
    seconds = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for turn in range(rounds):
        for name in reversed(tasks) if turn % 2 else tasks:
            task = tasks[name]
            task()
            start = clock()
            task()
            seconds[name].append(clock() - start)
    return seconds


def interleaved_medians(tasks: Mapping[str, Callable[[], object]],
                        rounds: int) -> Dict[str, float]:
    """Median CPU time of each task in turns, all threads of this process.

    Arguments and errors of :func:`times_in_turns`.

    Returns:
        dict[str, float]: Seconds of CPU time by name.
    """
    seconds = times_in_turns(tasks, rounds, time.process_time)
    return {name: statistics.median(s) for name, s in seconds.items()}


def peak_task(dtype: torch.dtype) -> Callable[[], object]:
    """A product of two square matrices: the best case of arithmetic.

    Returns:
        Callable: Does ``2 * 2048^3`` operations; see :func:`peak_flops`.
    """
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    matrix = torch.ones(_SIDE, _SIDE, dtype=dtype, device=device)
    return lambda: synchronized(lambda: matrix @ matrix)


def peak_flops(seconds: Sequence[float]) -> float:
    """Operations per second of a :func:`peak_task`, fastest round."""
    return 2 * _SIDE**3 / min(seconds)


def synchronized(function: Callable[[], object]) -> None:
    """Run something to its end, also on a GPU."""
    function()
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def check_compiler(what: str) -> None:
    """Refuse to measure as compiled what would run as it is.

    Args:
        what (str): Speed or mode, for the message.

    Raises:
        RuntimeError: If ``torch.compile`` does not work.
    """
    if not can_compile():
        raise RuntimeError(f'{what}: torch.compile does not work here; the '
                           'log says why')


def throughput_table(rows: Mapping[str, Throughput],
                     peaks: Mapping[torch.dtype, float]) -> Table:
    """A row for each; ratios are to the first.

    Args:
        rows (Mapping[str, Throughput]): By name.
        peaks (Mapping[dtype, float]): Operations per second of the machine.

    Returns:
        Table: To be written; says what it was measured on.
    """
    header = ('what', 'clips per second', 'spread', 'ratio', 'ms a batch',
              'GFLOP/s', 'of peak', 'peak MiB')
    first = next(iter(rows.values())).clips_per_second
    cells = []
    for name, row in rows.items():
        median = statistics.median(row.seconds)
        spread = (max(row.seconds) - min(row.seconds)) / median
        rate = row.flops / median if row.flops else None
        cells.append(
            (name, f'{row.clips_per_second:.1f}', f'{100 * spread:.0f} %',
             f'{row.clips_per_second / first:.2f}', f'{1e3 * median:.0f}',
             f'{rate / 1e9:.0f}' if rate else None,
             f'{100 * rate / peaks[row.dtype]:.0f} %' if rate else None,
             f'{row.peak_memory:.0f}' if row.peak_memory else None))
    clips = next(iter(rows.values()))
    notes = [
        f'{machine()}; {clips.clips} clips a round, {len(clips.seconds)} '
        'rounds in turns: medians, spread = (slowest - fastest) / median, '
        'ratio to the first row. Each has a process of its own, peak MiB is '
        'the most memory of it.'
    ]
    if peaks:
        notes.append('Peak, product of two 2048 x 2048 matrices, fastest '
                     'round: ' + ', '.join(
                         f'{peak / 1e9:.0f} GFLOP/s in '
                         f'{str(dtype).split(".")[-1]}'
                         for dtype, peak in peaks.items()) + '.')
    return Table(header, cells, notes)


def machine() -> str:
    """What the numbers were measured on."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f'CPU, {torch.get_num_threads()} thread(s)'


class Peer:
    """A process of its own that runs tasks when asked, and says its peak.

    What is compared runs apart, so that neither memory nor settings of one
    reach the other.

    Args:
        maker (Callable): At the top of a module; returns ``{name: task}``.
        *args: For it; they are pickled.
    """

    def __init__(self, maker: Callable[..., Mapping[str, Callable]],
                 *args) -> None:
        context = get_context('spawn')
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve,
            args=(theirs, torch.get_num_threads(), maker, args),
            daemon=True)
        self._process.start()
        theirs.close()

    def run(self, name: str) -> None:
        """Run a task to its end.

        Raises:
            RuntimeError: If it fails, or its making failed.
        """
        self._ask(name)

    def close(self) -> float:
        """End the process.

        Returns:
            float: MiB, the most that was resident in it.
        """
        peak = self._ask(None)
        self._process.join()
        return peak

    def _ask(self, name: Optional[str]) -> Optional[float]:
        try:
            with suppress(ConnectionError):  # ended; recv() has its reason
                self._pipe.send(name)
            error, answer = self._pipe.recv()
        except (EOFError, ConnectionError) as ended:
            self._process.join()
            raise RuntimeError('a measuring process ended with exit code '
                               f'{self._process.exitcode}') from ended
        if error:
            raise RuntimeError(f'a measuring process failed:\n{error}')
        return answer


def _serve(pipe: Connection, threads: int, maker: Callable,
           args: Sequence) -> None:
    torch.set_num_threads(threads)
    try:
        tasks = maker(*args)
        while (name := pipe.recv()) is not None:
            tasks[name]()
            pipe.send((None, None))
        # Linux. Not getrusage: its peak outlives exec, so that a child begins
        # with its parent's.
        status = Path('/proc/self/status').read_text()
        peak = int(re.search(r'VmHWM:\s+(\d+) kB', status).group(1)) / 1024
        pipe.send((None, peak))
    except Exception:  # told to the parent, whatever it is
        pipe.send((traceback.format_exc(), None))

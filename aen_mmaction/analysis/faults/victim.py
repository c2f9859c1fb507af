# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A tool in a process of its own, to be killed."""
import multiprocessing
import os
import runpy
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Callable, Optional, Sequence

import mmengine.config.config as mmengine_config
import torch

from ...engine.experiments import repository_file

SECONDS = 600  # a tool that takes longer hangs
_STEP = 1.  # second


def _body(script: str, args: Sequence[str], cwd: str, output: str) -> None:
    """Run a tool as the command line does, at the head of a new group."""
    os.setsid()
    os.chdir(cwd)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.stdout = os.fdopen(1, 'w', buffering=1)
    sys.stderr = os.fdopen(2, 'w', buffering=1)
    sys.argv = [script, *args]
    torch.set_num_threads(1)
    # Laying out the printed config takes most of the time of a tiny run.
    mmengine_config.FormatCode = lambda text, **style: (text, False)
    multiprocessing.set_start_method(None, force=True)
    try:
        runpy.run_path(script, run_name='__main__')
    except Exception:  # as the interpreter does
        traceback.print_exc()
        sys.exit(1)


def _passed(wait: Callable[[float], None], seconds: float) -> float:
    """Seconds that a short wait took; not those that all were suspended."""
    start = time.monotonic()
    wait(seconds)
    return min(time.monotonic() - start, _STEP)


class Victim:
    """A running tool.

    It is forked from a process that has the package imported already, which
    saves the seconds that the import takes; what it starts itself begins as
    usual.

    Args:
        tool (str): For example ``'train'``.
        args (Sequence): Its arguments.
        output (Path): File for what it prints; its folder is the current one.
    """

    def __init__(self, tool: str, args: Sequence, output: Path) -> None:
        context = multiprocessing.get_context('forkserver')
        context.set_forkserver_preload([
            'aen_mmaction', 'aen_mmaction.analysis.faults.victim',
            'mmpretrain.models', 'torch.utils.tensorboard'
        ])
        self._output = output
        script = repository_file(f'tools/{tool}.py').resolve()
        self._begin = time.monotonic()
        self.process = context.Process(
            target=_body, args=(str(script), [str(arg) for arg in args],
                                str(output.parent), str(output)))
        self.process.start()

    @property
    def output(self) -> str:
        """Everything printed until now."""
        return self._output.read_text(errors='replace') \
            if self._output.exists() else ''

    @property
    def seconds(self) -> float:
        """Since its start."""
        return time.monotonic() - self._begin

    def wait_for(self, text: str, count: int = 1) -> Optional[float]:
        """Wait until a text is printed.

        Args:
            text (str): To wait for.
            count (int): How many times it must be there.

        Returns:
            float | None: Seconds since the start; None if the process ended
            without, or hangs.
        """
        left = float(SECONDS)
        while self.output.count(text) < count:
            if not self.process.is_alive() or left <= 0:
                return None
            left -= _passed(time.sleep, .002)
        return self.seconds

    def wait(self, seconds: float = SECONDS) -> Optional[int]:
        """Wait for the end, at most so long.

        Returns:
            int | None: Exit code; None if it is still running.
        """
        while seconds > 0 and self.process.is_alive():
            seconds -= _passed(self.process.join, min(seconds, _STEP))
        return self.process.exitcode

    def kill(self, group: bool = True) -> None:
        """SIGKILL, to all its processes or to the first alone."""
        pid = self.process.pid
        try:
            (os.killpg if group else os.kill)(pid, signal.SIGKILL)
        except ProcessLookupError:  # no group yet
            self.process.kill()
        self.process.join()

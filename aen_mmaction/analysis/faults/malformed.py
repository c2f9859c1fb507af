# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Spoiled files given to each reader: an error with a message, or it is right.

Every reading runs in a process of its own, so that a crash is seen as one.
"""
import json
import os
import signal
import tempfile
import traceback
import zlib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

import numpy as np

from .mutations import MUTATIONS, TRAP
from .readers import READERS, Reader

SECONDS = 60  # a reader that takes longer hangs


class Trial(NamedTuple):
    """One reading of a spoiled file.

    Attributes:
        reader (str): Key of ``READERS``.
        mutation (str): Key of ``MUTATIONS``.
        outcome (str): ``'error'``, ``'right'`` or ``'FAULT'``.
        text (str): The error, or what is wrong.
    """
    reader: str
    mutation: str
    outcome: str
    text: str


def run_malformed(count: int,
                  seed: int = 0,
                  readers: Sequence[str] = tuple(READERS)) -> List[Trial]:
    """Give each reader ``count`` spoiled files, all mutations in turn.

    Args:
        count (int): Files for each reader.
        seed (int): Of the spoiling.
        readers (Sequence[str]): Keys of ``READERS``.

    Returns:
        list[Trial]: One for each file.

    Raises:
        ModuleNotFoundError: If a reader's package is missing.
    """
    trials = []
    for name in readers:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        with tempfile.TemporaryDirectory() as folder:
            trials += _try_reader(name, READERS[name], Path(folder), count,
                                  rng)
    return trials


def _try_reader(name: str, reader: Reader, folder: Path, count: int,
                rng: np.random.Generator) -> List[Trial]:
    os.chdir(folder)  # where traps leave their mark
    try:
        data = reader.make(folder)
        path = folder / reader.name
        path.write_bytes(data)
        good = reader.read(path)
        trials = []
        for i in range(count):
            mutation = list(MUTATIONS)[i % len(MUTATIONS)]
            spoiled = MUTATIONS[mutation](data, rng)
            path.write_bytes(spoiled)
            outcome, text = in_child(
                partial(_judge, reader, path, good, spoiled, data))
            if (folder / TRAP).exists():
                outcome, text = 'FAULT', 'code in the file was executed'
                (folder / TRAP).rmdir()
            trials.append(Trial(name, mutation, outcome, text))
        return trials
    finally:
        os.chdir('/')


def _judge(reader: Reader, path: Path, good: Any, spoiled: bytes,
           data: bytes) -> List[str]:
    """Outcome and text of one reading."""
    try:
        found = reader.read(path)
    except (ValueError, OSError) as error:
        text = str(error)
        if spoiled == data:
            return ['FAULT', f'the good file is refused: {text}']
        if path.stem not in text and path.name not in text:
            return ['FAULT', f'the error does not name the file: {text}']
        return ['error', text]
    wrong = reader.judge(good, found, spoiled)
    return ['FAULT', wrong] if wrong else ['right', '']


def in_child(work: Callable[[], List[str]]) -> List[str]:
    """Run ``work`` in a forked process.

    Args:
        work (Callable): Gives outcome and text.

    Returns:
        list[str]: The same; a fault where the process crashed, hung, or
        raised what no reader may raise.
    """
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(SECONDS)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            result = work()
        except BaseException as error:  # noqa: B902 it is reported
            last = traceback.extract_tb(error.__traceback__)[-1]
            result = ['FAULT', f'{type(error).__name__}: {error} in '
                      f'{last.filename}:{last.lineno}']
        os.write(send, json.dumps(result).encode()[:60_000])
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, 'rb') as file:
        answer = file.read()
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name
        return ['FAULT', 'hangs' if number == signal.SIGALRM else
                f'crashed with {name}']
    return json.loads(answer)


def table(trials: Sequence[Trial]) -> List[str]:
    """Lines of a Markdown table: outcomes of each reader."""
    counts: Dict[str, Counter] = {}
    for trial in trials:
        counts.setdefault(trial.reader, Counter())[trial.outcome] += 1
    return [
        '| reader | files | error with a message | right result | faults |',
        '|---|---|---|---|---|'
    ] + [
        f'| {name} | {sum(c.values())} | {c["error"]} | {c["right"]} | '
        f'{c["FAULT"]} |' for name, c in counts.items()
    ]

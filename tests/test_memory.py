# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import subprocess
import sys

from aen_mmaction import memory

FAULTS = '''
import resource
import runpy
import sys
import torch

# the file alone: the package takes seconds to import
keep_freed_memory = runpy.run_path(sys.argv[1])['keep_freed_memory']

def faults():
    """Fresh pages of nine maps of 64 MiB, after nine that are not counted."""
    for _ in range(9):
        torch.ones(1 << 24)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(9):
        torch.ones(1 << 24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(faults(), keep_freed_memory(), faults())
'''


def test_pages_are_used_again():
    """Each of 9 x 16,384 pages (or larger ones) is cleared, or none."""
    out = subprocess.run([sys.executable, '-c', FAULTS, memory.__file__],
                         capture_output=True, text=True, check=True).stdout
    before, kept, after = out.split()
    assert kept == 'True'
    assert int(before) >= 9 * 32 and int(after) < 32


def test_without_glibc_nothing_is_done(monkeypatch):
    monkeypatch.setattr(memory.ctypes, 'CDLL', lambda name: object())
    assert memory.keep_freed_memory() is False

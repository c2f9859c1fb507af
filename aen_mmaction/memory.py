# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The process's memory: what is freed is kept for the next step."""
import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_LARGE = 2**30  # bytes


def keep_freed_memory() -> bool:
    """Let glibc keep freed blocks, also large ones, for the next request.

    By default blocks above some MiB go back to the system when freed, so
    that each large map of each step is made of fresh pages, which the system
    clears one by one: on a CPU a third of the time of a convolution whose
    map has 100 MiB. The process then keeps the most it ever needed.

    Returns:
        bool: Whether it was set; False where the C library is another, or
        refuses so much: then nothing is done.

    Source: mallopt(3).
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return False
    return bool(
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        and mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE - 1))

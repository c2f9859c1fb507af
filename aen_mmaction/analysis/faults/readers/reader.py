# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Tuple

#: Folder -> bytes of a good file.
Make = Callable[[Path], bytes]
#: (result of the good file, result, spoiled bytes) -> what is wrong, or None.
Judge = Callable[[Any, Any, bytes], Optional[str]]


@dataclass(frozen=True)
class Reader:
    """One kind of file, and what reads it.

    Attributes:
        name (str): File name, whose ending tells the kind.
        make (Callable): Writes what lies beside the file; gives its bytes.
        read (Callable): Path -> result. May raise ``ValueError`` or
            ``OSError`` with the file's name in the text.
        judge (Callable): Knows the good file's result and the spoiled bytes;
            says what is wrong with a result. A format without a checksum can
            be spoiled into another valid file: there it compares with what
            the spoiled file says itself.
        needs (tuple[str]): Packages without which it is left out.
    """
    name: str
    make: Make
    read: Callable[[Path], Any]
    judge: Judge
    needs: Tuple[str, ...] = ()


def same_or(text: str) -> Judge:
    """Judge of files with a checksum, or with a second copy: all or nothing.

    Args:
        text (str): What is wrong with another result than the good file's.
    """
    return lambda good, found, spoiled: None if good == found else text

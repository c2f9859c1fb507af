# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Corrected copies of lists; lists and data themselves are never touched."""
import os
import re
from collections import defaultdict
from typing import Dict, List, Sequence

from ..annotations.rows import count_position
from .findings import Finding

LEFT_OUT = ('missing_clip', 'empty_clip', 'unreadable', 'two_splits')
_COUNT = re.compile(r'expected (\d+) frames, found (\d+)')


def write_corrected_lists(findings: Sequence[Finding], root: str,
                          out_dir: str) -> List[str]:
    """Write a corrected copy of each list that has faults --fix can mend.

    Lines of clips that are missing, empty, unreadable, or in both parts of a
    fold (in the training part) are left out; wrong frame counts are
    replaced; all other bytes stay.

    Args:
        findings (Sequence[Finding]): Of ``check_dataset``.
        root (str): Root of the data set.
        out_dir (str): Folder for the copies, which have the lists' paths
            below ``root``. It must not hold the lists themselves.

    Returns:
        list[str]: The files written.

    Raises:
        ValueError: If a copy would replace its list or another copy, or a
            line has not the frame count of its finding.
    """
    changes: Dict[str, Dict[int, Finding]] = defaultdict(dict)
    for finding in findings:
        path, _, line = finding.where.rpartition(':')
        if finding.kind in (*LEFT_OUT, 'wrong_count') and os.path.isfile(path):
            known = changes[path].get(int(line))
            if known is None or known.kind == 'wrong_count':
                changes[path][int(line)] = finding
    copies = {}
    for path, lines in changes.items():
        target = os.path.join(out_dir, _name_below(path, root))
        if os.path.exists(target) and os.path.samefile(target, path):
            raise ValueError(f'{target}: expected another folder than that of '
                             'the list itself. Give another --out.')
        if target in copies:
            raise ValueError(f'{target}: two lists outside {root!r} have this '
                             'name. Check them one at a time.')
        with open(path, 'rb') as file:
            rows = file.read().splitlines(keepends=True)
        position = count_position(path)
        for number, finding in lines.items():
            rows[number - 1] = _corrected(rows[number - 1], finding, position)
        copies[target] = b''.join(rows)
    for target, text in copies.items():
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as file:
            file.write(text)
    return list(copies)


def _name_below(path: str, root: str) -> str:
    name = os.path.relpath(path, root)
    return os.path.basename(path) if name.startswith(os.pardir) else name


def _corrected(row: bytes, finding: Finding, position: int) -> bytes:
    """The line of the list, changed or empty."""
    if finding.kind != 'wrong_count':
        return b''
    printed, found = _COUNT.search(finding.detail).groups()
    fields = [*re.finditer(rb'[^\s,"]+', row)]
    field = fields[position]
    if field[0].decode().lstrip('+0') != printed.lstrip('0'):
        raise ValueError(f'{finding.where}: expected the count {printed} to '
                         f'correct, found {row.strip().decode()!r}. Correct '
                         f'this line by hand: {found}.')
    return row[:field.start()] + found.encode() + row[field.end():]

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Labels as printed -> class names, proved or refused.

A number means nothing without base and order. They are taken from the class
names in the clips' own paths, else from class counts that are exactly those
of a known split, else from what the caller says; never guessed.
"""
import logging
from collections import Counter
from typing import List, Optional, Sequence, Tuple

from mmengine.logging import print_log

from ...emotions import canonical_name
from ..known_splits import match_splits
from .forms import FORMS, named_label, vocabulary
from .readings import (Reading, looks_rearranged, misfit_error, open_error,
                       possible_readings)
from .records import PathLike, Row, row_error
from .rows import is_integer


def read_labels(path: PathLike, rows: Sequence[Row], dataset: Optional[str],
                label_base: Optional[int],
                class_order: Optional[Sequence[str]],
                declared: bool) -> List[str]:
    """Class name of each row.

    Args:
        path (str | PathLike): The list, for error texts.
        rows (Sequence[Row]): Its rows.
        dataset (str, optional): The data set, where known.
        label_base (int, optional): Number of the first class, 0 or 1.
        class_order (Sequence[str], optional): Names in the order of the
            numbers; of a list with names, those that may occur.
        declared (bool): Whether the caller named the data set.

    Returns:
        list[str]: Canonical names.

    Raises:
        ValueError: If a label is unknown, contradicts its path, or cannot be
            told for sure.
    """
    numbers = [is_integer(row.label) for row in rows]
    classes = class_order or vocabulary(dataset)
    if all(numbers):
        reading = _settle(path, rows, dataset, label_base, class_order,
                          declared)
        return [reading.name(int(row.label)) for row in rows]
    if any(numbers):
        odd = numbers.index(sum(numbers) * 2 < len(rows))
        wanted = 'name' if is_integer(rows[odd].label) else 'number'
        raise row_error(path, rows[odd].line,
                        f'a class {wanted} as on the other lines',
                        rows[odd].label)
    names = [canonical_name(row.label) for row in rows]
    for i, (row, name) in enumerate(zip(rows, names)):
        if name not in classes:
            names[i] = _compound(path, row, dataset, classes)
        shown = named_label(row.path, dataset, classes)
        if shown not in (None, names[i]):
            raise row_error(
                path, row.line, f'the emotion of its path, {shown} of '
                f'{row.path!r}', row.label)
    return names


def _compound(path: PathLike, row: Row, dataset: Optional[str],
              classes: Sequence[str]) -> str:
    """A compound of MAFW, ``anger_disgust``, in canonical spelling."""
    parts = [canonical_name(part) for part in row.label.split('_')]
    if (dataset not in (None, 'mafw') or len(parts) < 2
            or not set(parts) <= set(vocabulary('mafw'))):
        raise row_error(
            path, row.line, f'a class of {tuple(classes)} (others: '
            'class_order)', row.label)
    return '_'.join(parts)


def _settle(path: PathLike, rows: Sequence[Row], dataset: Optional[str],
            label_base: Optional[int], class_order: Optional[Sequence[str]],
            declared: bool) -> Reading:
    """The one reading of the numbers that is proved or declared."""
    counts = Counter(int(row.label) for row in rows)
    pairs = _shown_pairs(path, rows, dataset, class_order)
    readings = possible_readings(dataset, label_base, class_order)
    fitting = [r for r in readings if r.covers(counts)]
    if len(pairs) == len(counts):  # the paths tell every number
        if (label_base is not None or class_order) and not any(
                r.agrees(pairs) for r in fitting):
            raise open_error(path, fitting, counts, dataset,
                             f'the paths name {_text(pairs)}')
        return Reading('paths', 0, (), dict(pairs))
    if not fitting:
        raise misfit_error(path, rows, readings)
    fitting = [r for r in fitting if r.agrees(pairs)]
    known = {}
    for reading in fitting:
        splits = match_splits(reading.by_name(counts), dataset)
        if splits:
            known.setdefault(reading.mapping(counts), (reading, splits))
    if len(known) == 1:
        (reading, splits), = known.values()
        _log_unusual(path, reading, counts, splits)
        return reading
    if len(fitting) == 1 and not known and _sure(
            fitting[0], counts, dataset, label_base, class_order, declared):
        return fitting[0]
    raise open_error(path, fitting or readings, counts, dataset,
                     f'the paths name {_text(pairs)}' if pairs else '')


def _shown_pairs(path: PathLike, rows: Sequence[Row], dataset: Optional[str],
                 class_order: Optional[Sequence[str]]) -> List[Tuple]:
    """(number, name) of the numbers whose paths name an emotion."""
    classes = class_order or vocabulary(dataset)
    shown = [(int(row.label), named_label(row.path, dataset, classes))
             for row in rows]
    pairs = Counter(pair for pair in shown if pair[1])
    number_of, name_of = {}, {}
    for (number, name), _ in pairs.most_common():
        number_of.setdefault(name, number)
        name_of.setdefault(number, name)
    for row, (number, name) in zip(rows, shown):
        if name and (number_of[name] != number or name_of[number] != name):
            raise row_error(
                path, row.line, f'the label {number_of[name]} as on the other '
                f'lines of {name}, for {row.path!r}', row.label)
    return sorted(pairs)


def _sure(reading: Reading, counts: Counter,
          dataset: Optional[str], label_base: Optional[int],
          class_order: Optional[Sequence[str]], declared: bool) -> bool:
    """Whether the only reading that fits is declared, or the official one."""
    if class_order:
        return True
    if not declared:
        return False
    if label_base is not None:
        return True
    official = FORMS[dataset].numbered and (
        reading.order, reading.base) == FORMS[dataset].orders[0]
    return official and not looks_rearranged(reading.by_name(counts), dataset)


def _log_unusual(path: PathLike, reading: Reading, counts: Counter,
                 splits: Sequence) -> None:
    """Say what was found where it is not the data set's own numbering."""
    dataset = splits[0].dataset
    if (reading.order, reading.base) != FORMS[dataset].orders[0]:
        names = ', '.join(split.part for split in splits)
        print_log(
            f'{path}: labels {min(counts)}..{max(counts)} are read as '
            f'{reading.base}-based in the order {reading.order!r}: their '
            f'counts are exactly those of {dataset} ({names}).',
            logger='current',
            level=logging.WARNING)


def _text(pairs: Sequence[Tuple]) -> str:
    return ', '.join(f'{number} {name}' for number, name in pairs)

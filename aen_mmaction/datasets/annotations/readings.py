# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a list's numbers may mean, and the errors that say so."""
import math
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ...emotions import CLASS_ORDERS
from ..known_splits import KNOWN_SPLITS
from .forms import FORMS
from .records import PathLike, Row, row_error


class Reading:
    """One meaning of the numbers: a class order and a first number.

    Args:
        order (str): Name of the order, for texts.
        base (int): Number of the first class.
        names (Sequence[str]): Class names in order.
        given (Mapping[int, str], optional): The meaning itself, where it
            comes from the clips' paths.
    """

    def __init__(self,
                 order: str,
                 base: int,
                 names: Sequence[str],
                 given: Optional[Mapping[int, str]] = None) -> None:
        self.order = order
        self.base = base
        self.names = tuple(names)
        self._meaning = given or dict(enumerate(self.names, base))

    def name(self, number: int) -> str:
        """Class name of a number."""
        return self._meaning[number]

    def covers(self, numbers: Sequence[int]) -> bool:
        """Whether each number has a meaning."""
        return all(number in self._meaning for number in numbers)

    def agrees(self, pairs: Sequence[Tuple[int, str]]) -> bool:
        """Whether it gives these numbers these names."""
        return all(self._meaning.get(i) == name for i, name in pairs)

    def by_name(self, counts: Mapping[int, int]) -> Dict[str, int]:
        """Clips of each class name."""
        return {self.name(i): counts[i] for i in sorted(counts)}

    def mapping(self, numbers: Sequence[int]) -> Tuple[str, ...]:
        """Names of the numbers in use; equal for readings that agree."""
        return tuple(self.name(i) for i in sorted(numbers))

    @property
    def last(self) -> int:
        """Number of the last class."""
        return self.base + len(self.names) - 1

    @property
    def options(self) -> str:
        """The options that choose it."""
        order = (repr(self.order)
                 if self.order in CLASS_ORDERS else list(self.names))
        return f'label_base={self.base}, class_order={order}'


def possible_readings(
        dataset: Optional[str],
        label_base: Optional[int] = None,
        class_order: Optional[Sequence[str]] = None) -> List[Reading]:
    """Every meaning in use, or the declared one.

    Args:
        dataset (str, optional): Whose lists; None: of any data set.
        label_base (int, optional): As declared.
        class_order (Sequence[str], optional): As declared.

    Returns:
        list[Reading]: Without doubles.
    """
    bases = (0, 1) if label_base is None else (label_base, )
    if class_order:
        return [Reading('given', base, class_order) for base in bases]
    forms = [FORMS[dataset]] if dataset else FORMS.values()
    orders = list(dict.fromkeys(o for form in forms for o in form.orders))
    if label_base is not None:
        orders = [o for o in orders if o[1] == label_base] or list(
            dict.fromkeys((name, label_base) for name, _ in orders))
    return [Reading(name, base, CLASS_ORDERS[name]) for name, base in orders]


def rearrangement(counts: Mapping[str, int], dataset: str) -> float:
    r"""How much likelier the class counts are with the names exchanged.

    With c_k clips of class k and p_k its share of the data set:
    ``sum_i c_(i) log p_(i) - sum_k c_k log p_k``, where (i) sorts each by
    size: the best assignment of names against the one at hand. A random part
    of the data set gives a few nats, an equal number of each class exactly 0,
    a list in another order about half a nat for each of its clips.

    Args:
        counts (Mapping[str, int]): Clips of each class.
        dataset (str): A data set of known size.

    Returns:
        float: In nats, at least 0.
    """
    known = KNOWN_SPLITS[dataset]['all']
    total = sum(known.values())
    shares = {name: math.log(count / total) for name, count in known.items()}
    found = [counts.get(name, 0) for name in shares]
    best = sum(
        c * p for c, p in zip(sorted(found), sorted(shares.values())))
    return best - sum(c * p for c, p in zip(found, shares.values()))


def looks_rearranged(counts: Mapping[str, int], dataset: str) -> bool:
    """Whether the class counts speak for another order of the names.

    They do when they are those of a known split with names exchanged, or
    likelier by more than 25 nats so (see :func:`rearrangement`).
    """
    sizes = sorted(counts.values())
    exchanged = any(
        sorted(known.values()) == sizes
        for known in KNOWN_SPLITS[dataset].values())
    return exchanged or rearrangement(counts, dataset) > 25


def misfit_error(path: PathLike, rows: Sequence[Row],
                 readings: Sequence[Reading]) -> ValueError:
    """The error for numbers that no reading covers: the first odd line."""

    def odd_rows(reading: Reading) -> List[Row]:
        return [r for r in rows if not reading.covers([int(r.label)])]

    closest = min(readings, key=lambda reading: len(odd_rows(reading)))
    odd = odd_rows(closest)
    ranges = ' or '.join(
        dict.fromkeys(f'{r.base}..{r.last} (label_base={r.base})'
                      for r in readings if r is not closest))
    return row_error(
        path, odd[0].line, f'a label {closest.base}..{closest.last} '
        f'({", ".join(closest.names)}; label_base={closest.base})' +
        (f' or all of them {ranges}' if ranges else '') +
        f', as {len(rows) - len(odd)} other lines have', odd[0].label)


def open_error(path: PathLike, readings: Sequence[Reading],
               counts: Mapping[int, int], dataset: Optional[str],
               evidence: str) -> ValueError:
    """The error for numbers that may mean several things; it shows each."""
    shown = {}
    for reading in readings:
        names = ', '.join(
            f'{count} {name}'
            for name, count in reading.by_name(counts).items()
        ) if reading.covers(counts) else 'does not cover the labels'
        shown.setdefault(names, f'  {reading.options}: {names}')
    lines = list(shown.values())
    if dataset == 'dfew' and 0 in counts:
        lines.append('  0 for clips without a single label, as in '
                     'annotation.xlsx: remove those lines, label_base=1')
    reason = evidence or (
        'no path names an emotion, and the counts are not those of a known '
        'split'
        + (f' of {dataset}' if dataset else
           ' (if the data set is known, name it: dataset=...)'))
    return ValueError(
        f'{path}: labels {min(counts)}..{max(counts)} cannot be told for '
        f'sure: {reason}. They may mean:\n' + '\n'.join(lines) +
        '\nSay which with these options, or write class names in the list.')

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Results that others have published: ``reported.csv``, one row a claim.

Nothing in that file was measured with this project. Every row names where it
was read; a note says what does not hold up there.
"""
import csv
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from ..emotions import DFEW_CLASSES

DATA = Path(__file__).with_name('reported.csv')
_RATES = ('UAR3', 'WAR3', 'UAR', 'WAR')


class Reported(NamedTuple):
    """One published result.

    Attributes:
        dataset (str): DFEW (mean of five folds), FERV39k, AFEW or MAFW.
        method (str): As its authors call it.
        modality (str): V video, A audio, T text.
        params (float | None): Millions of parameters.
        pretraining (str): Of the weights it started from; '' unknown.
        metrics (dict[str, float]): Percent, as of :func:`calculate`: WAR,
            UAR, WAR3, UAR3, recall_<emotion>; only those published.
        source (str): Where the numbers were read.
        note (str): What to know about them; '' if nothing.
    """
    dataset: str
    method: str
    modality: str
    params: Optional[float]
    pretraining: str
    metrics: Dict[str, float]
    source: str
    note: str


def reported_results(dataset: Optional[str] = None,
                     source: str = '') -> List[Reported]:
    """Published results, in the order of the file.

    Args:
        dataset (str, optional): Only this data set, in any case. Defaults to
            None: all.
        source (str): Only sources that begin so, e.g. ``'AEN Table'``, the
            rows of the AEN paper's Tables 3 to 5.

    Returns:
        list[Reported]: The rows.

    Raises:
        ValueError: If the data set is not in the file.
    """
    with open(DATA, newline='', encoding='utf-8') as file:
        rows = [_parse(row) for row in csv.DictReader(file)]
    known = list(dict.fromkeys(row.dataset for row in rows))
    if dataset is not None:
        names = {name.lower(): name for name in known}
        if dataset.lower() not in names:
            raise ValueError(f'no reported results on {dataset!r}: expected '
                             f'one of {known}')
        rows = [r for r in rows if r.dataset == names[dataset.lower()]]
    return [row for row in rows if row.source.startswith(source)]


def _parse(row: Dict[str, str]) -> Reported:
    columns = {name: f'recall_{name}' for name in DFEW_CLASSES}
    columns.update({name: name for name in _RATES})
    return Reported(
        dataset=row['dataset'],
        method=row['method'],
        modality=row['modality'],
        params=float(row['params_m']) if row['params_m'] else None,
        pretraining=row['pretraining'],
        metrics={key: float(row[name])
                 for name, key in columns.items() if row[name]},
        source=row['source'],
        note=row['note'])

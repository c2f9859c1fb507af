# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""One table, three forms: Markdown, LaTeX, csv."""
import csv
import io
from pathlib import Path
from typing import List, NamedTuple, Sequence, Union

Cell = Union[str, int, float, None]


class Table(NamedTuple):
    """What the functions below take: ``write_table(stem, *table)``.

    Attributes:
        header (Sequence[str]): C column names.
        rows (Sequence[Sequence]): Rows of C cells.
        notes (Sequence[str]): Lines below the table.
    """
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


_LATEX = str.maketrans({
    '&': r'\&', '%': r'\%', '$': r'\$', '#': r'\#', '_': r'\_', '{': r'\{',
    '}': r'\}', '~': r'\textasciitilde{}', '^': r'\textasciicircum{}',
    '\\': r'\textbackslash{}', '±': r'$\pm$'
})


def format_cell(cell: Cell, missing: str = '-') -> str:
    """A cell as shown: two decimals, ``missing`` for None and nan.

    Example:
        >>> [format_cell(c) for c in ('a', 7, 66.666, None)]
        ['a', '7', '66.67', '-']
    """
    if cell is None or cell != cell:  # nan is unequal to itself
        return missing
    return f'{cell:.2f}' if isinstance(cell, float) else str(cell)


def check_rows(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Refuse a row that has not one cell for each column."""
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(f'row {number}: expected {len(header)} cells '
                             f'{tuple(header)}, got {len(row)}: {row}')


def to_markdown(header: Sequence[str], rows: Sequence[Sequence[Cell]],
                notes: Sequence[str] = ()) -> str:
    """A Markdown table, numbers to the right, notes below.

    Args:
        header (Sequence[str]): C column names.
        rows (Sequence[Sequence]): Rows of C cells: text, counts, numbers
            (two decimals), or None for what is not known.
        notes (Sequence[str]): Lines below the table.

    Returns:
        str: Ends with a line break.

    Raises:
        ValueError: If a row has another number of cells than the header.
    """
    check_rows(header, rows)
    right = [
        bool(rows) and not any(isinstance(row[i], str) for row in rows)
        for i in range(len(header))
    ]
    lines = [header, ['--:' if number else '---' for number in right]]
    lines += [[format_cell(cell).replace('|', r'\|') for cell in row]
              for row in rows]
    text = '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines) + '\n'
    return text + ''.join(f'\n{note}\n' for note in notes)


def to_latex(header: Sequence[str], rows: Sequence[Sequence[Cell]],
             notes: Sequence[str] = ()) -> str:
    """A LaTeX ``tabular`` (package booktabs), notes as comments above.

    Args and errors as :func:`to_markdown`.
    """
    check_rows(header, rows)
    lines = [[format_cell(cell, '--').translate(_LATEX) for cell in row]
             for row in (header, *rows)]
    head, *body = (' & '.join(line) + r' \\' for line in lines)
    columns = 'l' + 'r' * (len(header) - 1)
    return '\n'.join([
        *(f'% {note}' for note in notes), rf'\begin{{tabular}}{{{columns}}}',
        r'\toprule', head, r'\midrule', *body, r'\bottomrule',
        r'\end{tabular}', ''
    ])


def to_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The same as csv, numbers in full, an empty cell for None and nan.

    Args and errors as :func:`to_markdown`.
    """
    check_rows(header, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            ['' if cell is None or cell != cell else cell for cell in row])
    return text.getvalue()


def write_table(stem: Union[str, Path], header: Sequence[str],
                rows: Sequence[Sequence[Cell]],
                notes: Sequence[str] = ()) -> List[Path]:
    """Write ``<stem>.md``, ``<stem>.tex`` and ``<stem>.csv``.

    Args:
        stem (str | Path): Path without suffix; its folder is made.
        header (Sequence[str]): C column names.
        rows (Sequence[Sequence]): Rows of C cells, see :func:`to_markdown`.
        notes (Sequence[str]): What a reader must know; not in the csv.

    Returns:
        list[Path]: The three files.

    Raises:
        ValueError: If a row has another number of cells than the header.
    """
    stem = Path(stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    texts = dict(
        md=to_markdown(header, rows, notes),
        tex=to_latex(header, rows, notes),
        csv=to_csv(header, rows))
    paths = []
    for suffix, text in texts.items():
        paths.append(stem.with_name(f'{stem.name}.{suffix}'))
        paths[-1].write_text(text, encoding='utf-8')
    return paths

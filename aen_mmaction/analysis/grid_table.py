# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The table of a grid of experiments."""
import itertools
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from ..engine.grid import Cell, Grid
from ..evaluation import calculate
from ..evaluation.runs import read_test
from ..evaluation.tables import to_csv, to_latex, to_markdown
from .protocol import budget_line, data_line, protocol_line
from .run_results import RATES, over_seeds, sentiment_of

_READING = (
    'Percent: mean over seeds ± their standard deviation [95 % bootstrap '
    'interval of that mean over test clips]. WAR is accuracy, UAR mean recall '
    'of the classes; 3: of the 7-class prediction mapped to positive, '
    'neutral, negative.')


def write_grid_table(grid: Grid, out_dir: Path) -> List[Path]:
    """Write a grid's table from the cells that are finished.

    Args:
        grid (Grid): The grid.
        out_dir (Path): Folder for ``table.md``, ``table.tex``, ``table.csv``
            (a row's numbers in full) and ``runs.csv`` (a row for each run).

    Returns:
        list[Path]: These files. Rows with unfinished cells say how many
        seeds they rest on.
    """
    rows = [
        (labels, list(cells)) for labels, cells in itertools.groupby(
            grid.cells, key=lambda cell: cell.labels)
    ]
    summaries = [_summary(cells) for _, cells in rows]
    header = (*grid.axes, *RATES, 'seeds')
    shown = [(*labels, *_shown(summary), _seeds(summary, cells))
             for (labels, cells), summary in zip(rows, summaries)]
    notes = [*_notes(summaries), _READING, *grid.notes]
    texts = {
        'table.md': f'## {grid.title}\n\n'
                    f'{to_markdown(header, shown, notes)}',
        'table.tex': to_latex(header, shown, [grid.title, *notes]),
        'table.csv': _full_csv(grid, rows, summaries),
        'runs.csv': _runs_csv(grid)
    }
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out_dir / name).write_text(text, encoding='utf-8')
    return [out_dir / name for name in texts]


def _summary(cells: Sequence[Cell]) -> Dict:
    """Rates and marks of a row's finished cells; empty if there is none."""
    done = [cell for cell in cells if cell.job.is_done]
    if not done:
        return {}
    tests = [read_test(cell.job.folder / 'test') for cell in done]
    cfg, folder = done[0].cfg, done[0].job.folder
    seconds = [sum(cell.job.seconds.values()) for cell in done]
    return dict(
        rates=over_seeds(tests),
        seeds=[cell.seed for cell in done],
        clips=len(tests[0].clip_ids),
        seconds=sum(seconds) / len(seconds),
        data=data_line(cfg),
        budget=budget_line(cfg, folder),
        protocol=protocol_line(cfg, len(tests[0].clip_ids)))


def _shown(summary: Dict) -> List:
    """The row's rates as text."""
    return [str(summary['rates'][name]) if summary else None
            for name in RATES]


def _seeds(summary: Dict, cells: Sequence[Cell]) -> str:
    """The seeds a row rests on, and how many are wanted if more."""
    seeds = summary.get('seeds', [])
    text = ', '.join(map(str, seeds)) or 'none'
    if len(seeds) < len(cells):
        text += f' ({len(seeds)} of {len(cells)}, unfinished)'
    return text


def _notes(summaries: Sequence[Dict]) -> List[str]:
    """Data, budget and protocol; where rows differ, which has which."""
    notes = []
    for mark in ('data', 'budget', 'protocol'):
        rows: Dict[str, List[int]] = {}
        for number, summary in enumerate(summaries, 1):
            if summary:
                rows.setdefault(summary[mark], []).append(number)
        for text, numbers in rows.items():
            where = '' if len(rows) == 1 else f', row {_ranges(numbers)}'
            notes.append(f'{mark.capitalize()}{where}: {text}.')
    return notes


def _ranges(numbers: Sequence[int]) -> str:
    """Row numbers with runs drawn together: ``'1-3, 5'``."""
    runs: List[Tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ', '.join(str(a) if a == b else f'{a}-{b}' for a, b in runs)


def _full_csv(grid: Grid, rows: Sequence[Tuple[Tuple[str, ...], List[Cell]]],
              summaries: Sequence[Dict]) -> str:
    """Every number in full, and the marks in every line."""
    marks = ('clips', 'seconds', 'data', 'budget', 'protocol')
    header = [*grid.axes]
    header += [f'{name}{part}' for name in RATES
               for part in ('', ' sd', ' low', ' high')]
    header += ['seeds', *marks]
    lines = []
    for (labels, cells), summary in zip(rows, summaries):
        numbers = [None] * 4 * len(RATES)
        if summary:
            numbers = [x for name in RATES for x in summary['rates'][name]]
        lines.append([
            *labels, *numbers, _seeds(summary, cells),
            *(summary.get(mark) for mark in marks)
        ])
    return to_csv(header, lines)


def _runs_csv(grid: Grid) -> str:
    """Every run: its rates, its time and its folder."""
    lines = []
    for cell in grid.cells:
        rates, done = {}, cell.job.is_done
        if done:
            test = read_test(cell.job.folder / 'test')
            rates = calculate(test.pred, test.target, sentiment_of(test))
        seconds = cell.job.seconds
        lines.append([
            *cell.labels, cell.seed, *(rates.get(name) for name in RATES),
            seconds.get('train'), seconds.get('test'), cell.job.folder
        ])
    header = (*grid.axes, 'seed', *RATES, 'train_seconds', 'test_seconds',
              'folder')
    return to_csv(header, [[str(c) if isinstance(c, Path) else c
                            for c in line] for line in lines])

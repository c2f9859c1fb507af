# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A report of one run: a single HTML file that needs no network."""
from pathlib import Path
from typing import List, Optional, Tuple, Union

import jinja2
from mmengine.config import Config
from mmengine.utils.dl_utils import collect_env

from ..engine.config_options import set_data_root
from ..evaluation.functional import bootstrap_ci, rate_statistics
from ..evaluation.reported import Reported
from ..evaluation.runs import TestRun, read_test
from ..evaluation.tables import Table, format_cell
from .protocol import budget_line, data_line, protocol_line
from .report_parts import Part, fill_from_model, sections_from_files
from .run_model import load_run
from .work_dir import find_checkpoint, find_config

_RATES = dict(WAR='WAR (accuracy)', UAR='UAR (mean recall)',
              WAR3='WAR of the groups', UAR3='UAR of the groups')
# What may be missing on a machine that did not train the model.
_ABSENT = (FileNotFoundError, ImportError, ValueError)


def results_rows(test: TestRun, reported: Optional[Reported] = None) -> Table:
    """WAR and UAR measured here, with intervals, beside what is reported.

    Args:
        test (TestRun): The test.
        reported (Reported, optional): A published result to stand beside.
    """
    metrics = test.metrics()
    statistics = rate_statistics(test.hierarchy)
    rows = []
    for name, title in _RATES.items():
        low, high = bootstrap_ci(statistics[name], test.pred, test.target,
                                 test.hierarchy.num_classes)
        row = [title, format_cell(metrics[name]), f'{low:.2f} to {high:.2f}']
        if reported:
            row.append(format_cell(reported.metrics.get(name)))
        rows.append(row)
    header = ['percent', 'measured here', '95 % interval']
    notes = [f'{len(test.clip_ids)} clips; the interval is a bootstrap over '
             'them.']
    if reported:
        header.append('reported')
        notes.append(
            f'Reported: {reported.method} on {reported.dataset}, '
            f'{reported.source}; not measured here. {reported.note}'.strip())
    else:
        notes.append('No published result was asked to stand beside it '
                     '(tools/report.py --reported DATASET:METHOD).')
    return Table(header, rows, notes)


def _environment(work_dir: Path) -> Tuple[str, str]:
    """Environment as logged in training, else of this machine."""
    logs = sorted(work_dir.glob('*/*.log'))
    for log in logs:
        text = log.read_text(encoding='utf-8', errors='replace')
        if 'System environment:' in text:
            text = text.split('System environment:')[1].split('-' * 60)[0]
            return text.strip('\n'), f'As logged by {log.name}.'
    lines = [f'{name}: {value}' for name, value in collect_env().items()]
    return '\n'.join(lines), ('Of the machine that wrote this report; the '
                              'work dir holds no log.')


def write_report(work_dir: Union[str, Path],
                 out: Union[str, Path],
                 test_dir: Optional[Union[str, Path]] = None,
                 checkpoint: Optional[Union[str, Path]] = None,
                 data_root: Optional[str] = None,
                 reported: Optional[Reported] = None) -> List[Part]:
    """Write the report of a run.

    Args:
        work_dir (str | Path): The training's folder.
        out (str | Path): HTML file to write.
        test_dir (str | Path, optional): Its test; defaults to
            ``<work_dir>/test``.
        checkpoint (str | Path, optional): Defaults to the last epoch's.
        data_root (str, optional): Instead of the config's.
        reported (Reported, optional): A published result to stand beside.

    Returns:
        list[Part]: The sections; what needs weights or data that are not
        there says so in ``missing``.

    Raises:
        FileNotFoundError: If there is no config or no test.
    """
    work_dir = Path(work_dir)
    config_path = find_config(work_dir)
    cfg = Config.fromfile(config_path)
    if data_root:
        set_data_root(cfg, data_root)
    test = read_test(test_dir or work_dir / 'test')
    parts = sections_from_files(work_dir, test)
    try:
        run = load_run(cfg, checkpoint or find_checkpoint(work_dir))
        fill_from_model(parts, test, *run)
    except _ABSENT as error:
        for key in ('mistakes', 'gradcam', 'tsne'):
            done = parts[key].pictures or key == 'mistakes' and parts[key].note
            if not done:
                parts[key].missing = str(error)
    environment, note = _environment(work_dir)
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined).from_string(
            Path(__file__).with_name('report.html').read_text('utf-8'))
    Path(out).write_text(
        template.render(
            title=f'{work_dir.resolve().name}: report of a run',
            protocol=[
                f'Data: {data_line(cfg)}.',
                f'Protocol: {protocol_line(cfg, len(test.clip_ids))}.',
                f'Budget: {budget_line(cfg, work_dir)}.'
            ],
            results=results_rows(test, reported),
            parts=list(parts.values()),
            environment=environment,
            environment_note=note,
            config=config_path.read_text(encoding='utf-8'),
            config_path=config_path.relative_to(work_dir),
            seed=(cfg.get('randomness') or {}).get('seed', 'not fixed')),
        encoding='utf-8')
    return list(parts.values())

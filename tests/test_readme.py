# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the pages name exists."""
import re
from pathlib import Path

import pytest
from mmengine.config import Config

from aen_mmaction.evaluation.reported import reported_results

ROOT = Path(__file__).resolve().parents[1]
METHODS = sorted((ROOT / 'configs' / 'recognition').glob('*/README.md'))
PAGES = [
    str(p.relative_to(ROOT)) for p in [
        ROOT / 'README.md', ROOT / 'docs' / 'mixing.md',
        ROOT / 'docs' / 'datasets.md', ROOT / 'docs' / 'experiments.md',
        ROOT / 'configs' / 'recognition' / 'README.md', *METHODS
    ]
]


@pytest.fixture(params=PAGES)
def page(request):
    """A page of the documentation."""
    return ROOT / request.param


def test_every_method_has_a_page():
    folders = (ROOT / 'configs' / 'recognition').glob('*/')
    assert [p.parent for p in METHODS] == sorted(folders)


def test_no_value_is_missing(page):
    assert re.findall('@[A-Z]+@', page.read_text()) == []


def test_links_and_pictures_exist(page):
    targets = re.findall(r'\]\(([^)\s]+)\)', page.read_text())
    for target in targets:
        if not target.startswith(('http:', 'https:', '#')):
            assert (page.parent / target.split('#')[0]).exists(), target


def test_tools_and_configs_exist(page):
    paths = re.findall(r'(?<![\w./-])(?:tools|configs)/[\w./-]+',
                       page.read_text())
    assert paths
    for path in paths:
        assert (ROOT / path.rstrip('.')).exists(), path


def test_named_checkpoints_are_the_last_ones(page):
    """``work_dirs/NAME/epoch_N.pth``: configs/NAME.py has N epochs."""
    for name, epoch in re.findall(r'work_dirs/([\w-]+)/epoch_(\d+)\.pth',
                                  page.read_text()):
        path, = (ROOT / 'configs').rglob(f'{name}.py')
        cfg = Config.fromfile(path)
        assert cfg.train_cfg.max_epochs == int(epoch), path


@pytest.mark.parametrize('folder, names', [
    ('c3d', ['C3D']),
    ('i3d', ['I3D-RGB']),
    ('r2plus1d', ['R(2+1)D-18']),
    ('r3d', ['3D ResNet18']),
    ('resnet-rnn', ['ResNet18+LSTM', 'ResNet18+GRU']),
    ('nr-dfernet-style', ['NR-DFERNet-v1', 'NR-DFERNet-v2', 'NR-DFERNet']),
    ('stt-style', ['STT']),
    ('', ['DPCNet']),
])
def test_pages_report_what_is_on_file(folder, names):
    """Each row of the paper's tables stands on its method's page."""
    text = (ROOT / 'configs' / 'recognition' / folder /
            'README.md').read_text()
    rows = [
        row for row in reported_results() if row.method in names
        and row.dataset in ('DFEW', 'FERV39k', 'AFEW') and not (
            'a copy of the C3D row' in row.note or '42.59 in' in row.note)
    ]
    assert rows
    for row in rows:
        assert '{UAR:.2f} / {WAR:.2f}'.format(**row.metrics) in text, row

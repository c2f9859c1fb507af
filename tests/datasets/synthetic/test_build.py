# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import re

import numpy as np
import pytest

from aen_mmaction.datasets.synthetic import Options, build, make_synthetic
from aen_mmaction.datasets.synthetic.sheets import clip_strip, stills_sheet

TINY = Options(clips=35, stills=35, size=16, min_frames=8, max_frames=8)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp('data') / 'synthetic'
    return root, make_synthetic(root, TINY)


def test_readme_states_what_was_made(made):
    root, (clips, stills) = made
    text = (root / 'README.txt').read_text()
    assert 'say nothing about real faces' in text
    assert '--clips 35 --stills 35 --size 16 --seed 0' in text
    measured = re.search(r'Distractors: ([\d.]+)%', text).group(1)
    assert float(measured) == pytest.approx(100 * clips.distractor_share,
                                            abs=.051)
    assert clips.frames == 280 and stills.count == 35
    assert [p.name for p in root.parent.iterdir()] == ['synthetic']


def test_the_same_set_is_left_alone(made):
    root, _ = made
    before = (root / 'README.txt').stat().st_mtime_ns
    assert make_synthetic(root, TINY) is None
    assert (root / 'README.txt').stat().st_mtime_ns == before


def test_other_options_need_overwrite(tmp_path):
    root = tmp_path / 'set'
    make_synthetic(root, TINY)
    other = Options(**{**vars(TINY), 'seed': 1})
    with pytest.raises(FileExistsError, match='--overwrite'):
        make_synthetic(root, other)
    assert build.find_set(root) == TINY.json()
    make_synthetic(root, other, overwrite=True)
    assert build.find_set(root) == other.json()
    assert [p.name for p in tmp_path.iterdir()] == ['set']


@pytest.mark.parametrize('overwrite', [False, True])
def test_what_it_did_not_make_is_never_replaced(tmp_path, overwrite):
    (tmp_path / 'README.txt').write_text('my own notes\n')
    with pytest.raises(FileExistsError, match='no synthetic set.*--root'):
        make_synthetic(tmp_path, TINY, overwrite=overwrite)
    assert (tmp_path / 'README.txt').read_text() == 'my own notes\n'


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, 'write_rafdb', interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_synthetic(tmp_path / 'set', TINY)
    assert list(tmp_path.iterdir()) == []


def test_sheets_are_pictures():
    sheet = stills_sheet(2, 32)
    assert sheet.shape == (18 + 2 * 32, 7 * 32, 3)
    assert sheet.dtype == np.uint8
    assert clip_strip('sad', 0, 9, 32).shape == (18 + 2 * 50, 8 * 32, 3)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Grids: their cells, what these need, and what is refused."""
from pathlib import Path

import pytest
import yaml

from aen_mmaction.analysis.protocol import budget_line
from aen_mmaction.emotions import (EKMAN_SENTIMENT, MIXED_SENTIMENT,
                                   SENTIMENT_SURPRISE_NEUTRAL)
from aen_mmaction.engine.grid import load_grid

GRIDS = sorted(
    (Path(__file__).resolve().parents[2] / 'configs' / 'grids').glob('*.yml'))
CONFIG = '''
train_cfg = dict(max_epochs=3)
test_dataloader = dict(dataset=dict(type='DFEWDataset', data_root='data'))
model = dict(alpha=.7, start=None)
default_hooks = dict(checkpoint=dict(type='CheckpointHook', save_best=None))
randomness = dict(seed=0)
'''


@pytest.fixture
def write(tmp_path):
    """Function that writes a grid; keys given replace the usual ones."""
    config = tmp_path / 'm.py'
    config.write_text(CONFIG)

    def make(**changes):
        grid = dict(
            title='T',
            seeds=[0, 1],
            options={'train_cfg.max_epochs': 2},
            prepare={
                'faces': dict(tool='tools/data/make_synthetic.py',
                              args=['--root', '{here}/set', '--clips', 35]),
                'stage-1': dict(config=str(config),
                                data_root='{faces}/set/raf-db')
            },
            axes=dict(
                method={
                    'A': dict(config=str(config)),
                    'B': dict(config=str(config),
                              options={'model.alpha': .1})
                },
                start={
                    'scratch': None,
                    'stage 1': dict(data_root='{faces}/set/dfew',
                                    options={'model.start': '{stage-1}'})
                }))
        path = tmp_path / 'grid.yml'
        path.write_text(yaml.safe_dump({**grid, **changes}, sort_keys=False))
        return str(path)

    return make


def test_cells_are_the_product_of_axes_and_seeds(write, tmp_path):
    grid = load_grid(write(), tmp_path / 'runs')
    assert grid.axes == ('method', 'start')
    assert [(c.labels, c.seed) for c in grid.cells] == [
        ((m, s), seed) for m in 'AB' for s in ('scratch', 'stage 1')
        for seed in (0, 1)
    ]
    cfg = grid.cells[6].cfg  # B, stage 1, seed 0
    assert cfg.model.alpha == .1 and cfg.train_cfg.max_epochs == 2
    assert cfg.randomness.seed == 0
    assert len({c.job.folder for c in grid.cells}) == 8


def test_placeholders_name_what_is_needed(write, tmp_path):
    runs = tmp_path / 'runs'
    grid = load_grid(write(), runs)
    scratch, stage1 = grid.cells[0], grid.cells[2]
    assert scratch.job.needs == ()
    needs = {need.title: need for need in stage1.job.needs}
    assert needs.keys() == {'faces', 'stage-1'}
    faces, start = needs['faces'], needs['stage-1']
    assert start.needs == (faces, )
    # 3 epochs: the options of the cells are not those of preparations
    assert stage1.cfg.model.start == str(start.folder / 'epoch_3.pth')
    root = stage1.cfg.test_dataloader.dataset.data_root
    assert root == f'{faces.folder}/set/dfew'
    command = faces.stages['make']()
    assert command[2:] == ['--root', f'{faces.folder}/set', '--clips', '35']


def test_a_change_reaches_all_that_depends_on_it(write, tmp_path):
    """Other clips: the same cells from scratch, all others anew."""
    before = load_grid(write(), tmp_path).cells
    other = write(prepare={
        'faces': dict(tool='tools/data/make_synthetic.py',
                      args=['--root', '{here}/set', '--clips', 70]),
        'stage-1': dict(config=str(tmp_path / 'm.py'),
                        data_root='{faces}/set/raf-db')
    })
    after = load_grid(other, tmp_path).cells
    same = [a.job.folder == b.job.folder for a, b in zip(before, after)]
    assert same == [True, True, False, False] * 2


def test_equal_cells_share_a_folder(write, tmp_path):
    grid = load_grid(
        write(axes=dict(alpha={
            'default': dict(config=str(tmp_path / 'm.py')),
            .7: dict(config=str(tmp_path / 'm.py'),
                     options={'model.alpha': .7})
        })), tmp_path)
    assert [c.labels for c in grid.cells[::2]] == [('default', ), ('0.7', )]
    assert grid.cells[0].job.folder == grid.cells[2].job.folder


@pytest.mark.parametrize('changes, text', [
    (dict(axis={}), r"the grid: unknown keys \['axis'\]"),
    (dict(axes=dict(method={'A': dict(cfg='x.py')})),
     r"'A': unknown keys \['cfg'\]"),
    (dict(axes=dict(method={'A': dict(options={})})), 'nor an axis gives one'),
    (dict(prepare=dict(x=dict(args=[]))), 'either tool or config'),
    (dict(axes=dict(method={'A': dict(config='{stage-2}')})), None),
    (dict(axes=dict(m={'A': dict(config='m.py', data_root='{stage-2}')})),
     r'\{stage-2\}: expected the name of a preparation'),
])
def test_mistakes_are_named(write, tmp_path, changes, text):
    error = (ValueError, FileNotFoundError)
    with pytest.raises(error, match=text):
        load_grid(write(**changes), tmp_path)


@pytest.fixture(scope='module')
def shipped():
    """The project's grids by name."""
    return {p.stem: load_grid(str(p), Path('runs')) for p in GRIDS}


def test_the_grids_of_the_project_can_be_laid_out(shipped):
    assert len(shipped) >= 5
    for grid in shipped.values():
        assert grid.cells and grid.title
        for cell in grid.cells:  # nothing is picked on the test part
            assert cell.cfg.val_dataloader is None
            assert not cell.cfg.default_hooks.checkpoint.save_best


def test_methods_differ_in_nothing_but_the_method(shipped):
    """Same clips, pipelines, batch, steps, optimizer and schedule."""
    grid = shipped['methods_synthetic']
    assert len(grid.cells) == 36
    for seed in (0, 1, 2):
        for share in ('20 % of frames', '50 % of frames'):
            for start in ('scratch', 'stage 1'):
                if (share, start) == ('50 % of frames', 'scratch'):
                    continue
                cells = [c.cfg for c in grid.cells if c.seed == seed
                         and c.labels[0] == f'{share}, {start}']
                assert len(cells) == 4
                for key in ('train_dataloader', 'test_dataloader',
                            'train_cfg', 'param_scheduler', 'randomness'):
                    assert all(c[key] == cells[0][key] for c in cells), key
                assert len({budget_line(c) for c in cells}) == 1
                rates = {c.optim_wrapper.paramwise_cfg.custom_keys.backbone
                         .lr_mult for c in cells}
                assert len(rates) == 1
                starts = {c.model.init_backbone.get('checkpoint')
                          if 'init_backbone' in c.model else None
                          for c in cells}
                assert len(starts) == 1
                assert (starts == {None}) is (start == 'scratch')
                assert not any(c.model.get('init_backbone_from_guide')
                               for c in cells)
                assert not any(c.model.backbone.get('frozen_stages', -1) >= 0
                               for c in cells)


def test_groupings_are_those_of_table_2(shipped):
    grid = shipped['groupings_synthetic']
    for cell, groups in zip(grid.cells[::3], (
            MIXED_SENTIMENT, SENTIMENT_SURPRISE_NEUTRAL, EKMAN_SENTIMENT)):
        found = cell.cfg.model.cls_head.get('groups') or EKMAN_SENTIMENT
        assert {k: set(v) for k, v in found.items()} == {
            k: set(v) for k, v in groups.items()
        }
        assert list(found) == list(groups)
        metric = cell.cfg.test_evaluator.get('groups') or EKMAN_SENTIMENT
        assert metric == found  # the model's groups are what it is asked for


def test_the_default_is_trained_once_for_all_ablations(shipped):
    labels = dict(alpha='0.7', losses='L_mc + L_ta + L_ga',
                  groupings='(3) happy, surprise / neutral / the others',
                  readings='default')
    folders = {
        cell.job.folder
        for name, label in labels.items()
        for cell in shipped[f'{name}_synthetic'].cells
        if cell.labels == (label, ) and cell.seed == 1
    }
    assert len(folders) == 1

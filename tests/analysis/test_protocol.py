# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json
from pathlib import Path

import pytest
from mmengine.config import Config

from aen_mmaction.analysis.protocol import (budget_line, data_line,
                                            protocol_line)

CONFIGS = Path(__file__).parents[2] / 'configs'
SHORT = CONFIGS / '_base_' / 'schedules' / 'synthetic.py'
EPOCHS = Config.fromfile(SHORT).max_epochs


def load(name, **changes):
    cfg = Config.fromfile(CONFIGS / name)
    cfg.merge_from_dict(changes)
    return cfg


def test_protocol():
    guide = 'work_dirs/resnet18_raf-db/epoch_60.pth'
    assert protocol_line(load('aen_dfew_fold1.py')) == (
        'tested on data/dfew (set_1.csv), 16 frames (8 x 2) of 112 px, short '
        f'clips: repeat; backbone started from {guide}, frame-level guide '
        f'{guide}; the last of 100 epochs is tested')


def test_a_cached_guide_is_named():
    cfg = load('aen_synthetic.py', **{'model.guide.type': 'CachedGuide'})
    guide = cfg.model.guide.checkpoint
    assert f'frame-level guide {guide}, cached; ' in protocol_line(cfg)


@pytest.mark.parametrize('changes, text', [
    ({}, '(8 x 1) of 64 px, short clips: repeat; no initial weights named by '
         f'the config; the last of {EPOCHS} epochs is tested'),
    ({'model.init_backbone.checkpoint': 'a.pth'},
     '; backbone started from a.pth; '),
    ({'load_from': 'b.pth'}, '; started from b.pth; '),
    ({'load_from': 'w/m/epoch_4.pth', 'work_dir': './w/m'},  # its own
     '; no initial weights named by the config; '),
    ({'model.backbone.init_cfg': dict(type='Pretrained', checkpoint='c.pth')},
     '; backbone started from c.pth; '),
    ({'default_hooks.checkpoint.save_best': 'dfer/WAR'},
     f'the best of {EPOCHS} epochs by dfer/WAR on the validation list is '
     'tested'),
    ({'test_dataloader.dataset.short_clip': 'drop'}, 'short clips: drop'),
])
def test_what_changes_a_number_is_said(changes, text):
    assert text in protocol_line(load('former-dfer_synthetic.py', **changes))


def test_sampling_of_the_transforms_defaults():
    cfg = load('former-dfer_synthetic.py')
    dataset = cfg.test_dataloader.dataset
    dataset.pipeline = [dict(type='SampleSegmentFrames', test_mode=True),
                        *dataset.pipeline[1:]]
    assert ', 16 frames (8 x 2) of 64 px, ' in protocol_line(cfg)


def test_joint_test_sets_are_both_named():
    cfg = load('former-dfer_synthetic.py')
    one = cfg.test_dataloader.dataset
    other = dict(one, data_root='b', ann_file='c/d.csv', short_clip='drop')
    cfg.test_dataloader.dataset = dict(
        type='JointDataset', datasets=[dict(one, data_root='a'), other])
    assert protocol_line(cfg).startswith(
        'tested on a (set_1.csv) and b (d.csv), 8 frames (8 x 1) of 64 px, '
        'short clips: drop, repeat; ')
    assert data_line(cfg) == 'DFEWDataset in a; DFEWDataset in b'


def test_what_was_tested_can_be_given():
    line = protocol_line(load('former-dfer_synthetic.py'), 700, 'folds 1 to 5')
    assert line.startswith('tested on folds 1 to 5, 700 clips, 8 frames')


def test_budget(tmp_path):
    cfg = load('former-dfer_synthetic.py')
    assert budget_line(cfg) == (
        f'{EPOCHS} epochs of 8 clips, AdamW (lr 0.0003, weight_decay 0.05), '
        'LinearLR + CosineAnnealingLR, float32')
    log = tmp_path / '20260101_000000' / 'vis_data' / 'scalars.json'
    log.parent.mkdir(parents=True)
    rows = [dict(iter=i, epoch=1, step=i, loss=1.) for i in (20, 40)]
    log.write_text('\n'.join(map(json.dumps, rows)))
    cfg.merge_from_dict({
        'optim_wrapper.type': 'AmpOptimWrapper',
        'optim_wrapper.dtype': 'bfloat16'
    })
    line = budget_line(cfg, tmp_path)
    assert line.startswith(f'{EPOCHS} epochs (40 steps) of 8 clips')
    assert line.endswith('bfloat16')


@pytest.mark.parametrize('schedule, text', [
    (dict(type='CosineAnnealingLR'), ', CosineAnnealingLR, '),
    (None, ', constant lr, '), ([], ', constant lr, '),
])
def test_every_form_of_a_schedule(schedule, text):
    cfg = load('former-dfer_synthetic.py')
    cfg.param_scheduler = schedule
    assert text in budget_line(cfg)


def test_drawn_faces_are_named_as_such(tmp_path):
    cfg = load('former-dfer_synthetic.py')
    cfg.test_dataloader.dataset.data_root = str(tmp_path / 'dfew')
    assert data_line(cfg) == f'DFEWDataset in {tmp_path}/dfew'
    options = dict(clips=35, distractor_share=.2, seed=3)
    (tmp_path / 'README.txt').write_text(
        'Synthetic facial expression set (drawn faces)\n'
        "Distractors: 18.3% of the frames between a clip's onset and offset\n"
        f'options: {json.dumps(options)}\n')
    assert data_line(cfg) == (
        'synthetic (drawn faces, 35 clips, seed 3; distractors: 18.3% of the '
        'frames, aimed at 0.2)')

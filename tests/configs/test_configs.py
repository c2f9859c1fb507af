# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Configs parse, agree with each other, build and run."""
import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config

from aen_mmaction.engine.config_check import check_config, find_configs

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / 'configs'
NAMES = [str(p.relative_to(CONFIGS)) for p in find_configs(CONFIGS)]
ALIASES = [name for name in NAMES if '/' not in name]
FOLD = re.compile(r'fold[2-5]')
DEFAULT = 'recognition/aen/aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py'
# Too big for a train step here: test_complexity.py runs them without
# computing, tools/check_configs.py in earnest.
BIG = re.compile('mixing/(?!.*synthetic)|tsn/.*r50|resnet-gru|recognition/'
                 '(c3d|i3d|r2plus1d|r3d|slowonly|uniformer|videomae)/')


@lru_cache(None)
def load(name):
    return Config.fromfile(str(CONFIGS / name)).to_dict()


def flat(node, prefix=''):
    """Every leaf of a config by its dotted path."""
    items = node.items() if isinstance(node, dict) else (
        enumerate(node) if isinstance(node, (list, tuple)) else None)
    if items is None:
        return {prefix: node}
    return {
        k: v
        for key, child in items
        for k, v in flat(child, f'{prefix}.{key}'.lstrip('.')).items()
    }


def distinct_models():
    """One config of each model; tools/check_configs.py runs every config."""
    first = {}
    for name in NAMES:
        if not (name in ALIASES or FOLD.search(name) or BIG.search(name)):
            first.setdefault(str(load(name)['model']), name)
    return list(first.values())


@pytest.mark.parametrize('name', ALIASES)
def test_an_alias_is_its_target(name):
    line, = ast.parse((CONFIGS / name).read_text()).body
    assert line.targets[0].id == '_base_'
    target = ast.literal_eval(line.value)
    assert load(name) == load(target)


def test_five_folds_have_an_alias():
    for k in range(1, 6):
        cfg = load(f'aen_dfew_fold{k}.py')
        for part in ('train', 'test'):
            assert cfg[f'{part}_dataloader']['dataset']['ann_file'] == (
                f'EmoLabel_DataSplit/{part}(single-labeled)/set_{k}.csv')


@pytest.mark.parametrize('name', [n for n in NAMES if FOLD.search(n)])
def test_a_fold_differs_from_fold_1_by_its_two_lists(name):
    fold = flat(load(name))
    fold.pop('test_ann', None)  # a variable
    first = flat(load(FOLD.sub('fold1', name)))
    assert fold.keys() == first.keys()
    assert {k for k in fold if fold[k] != first[k]} == {
        f'{part}_dataloader.dataset.ann_file'
        for part in ('train', 'val', 'test')
    }
    assert (fold['val_dataloader.dataset.ann_file'] ==
            fold['test_dataloader.dataset.ann_file'])


@pytest.mark.parametrize('name', NAMES)
def test_nothing_is_selected_on_the_test_fold(name):
    cfg = load(name)
    assert cfg['default_hooks']['checkpoint']['save_best'] is None
    assert isinstance(cfg['randomness']['seed'], int)
    assert cfg['custom_imports'] == dict(
        imports=['aen_mmaction'], allow_failed_imports=False)


def test_a_guide_comes_from_the_last_epoch_of_its_training():
    guides = {
        (guide['made_by'], guide['checkpoint'])
        for guide in (load(n)['model'].get('guide') for n in NAMES) if guide
    }
    assert len(guides) == 4  # RAF-DB and drawn faces, paper and released
    for made_by, checkpoint in guides:
        cfg = load(Path(made_by).relative_to('configs'))
        last = cfg['train_cfg']['max_epochs']
        stem = Path(made_by).stem
        assert checkpoint == f'work_dirs/{stem}/epoch_{last}.pth'


@pytest.mark.parametrize('name', distinct_models())
def test_builds_trains_and_tests(name, tmp_path):
    losses = check_config(str(CONFIGS / name), str(tmp_path))
    if 'recognition/aen/' in name:
        assert set(losses) == {'loss', 'loss_mc', 'loss_ta', 'loss_ga'}
        total = sum(v for k, v in losses.items() if k != 'loss')
        assert losses['loss'] == pytest.approx(total)


def test_the_default_is_the_paper_as_it_trains():
    cfg = flat(load(DEFAULT))
    head = 'model.cls_head.'
    for key, value in {
            'model.data_preprocessor.num_frames': 16,
            'model.data_preprocessor.img_size': 112,
            head + 'loss_mc.alpha': 0.7,
            head + 'loss_ta.loss_weight': 0.4,
            head + 'loss_ga.loss_weight': 0.5,
            head + 'loss_ga.level_weights.0': 1.4,
            head + 'loss_ga.level_weights.1': 0.6,
            head + 'converter.residual': True,
            head + 'converter.softmax_dim': -1,
            'train_dataloader.batch_size': 32,
            'train_cfg.max_epochs': 100,
            'optim_wrapper.optimizer.lr': 0.01,
            'optim_wrapper.optimizer.momentum': 0.9,
            'optim_wrapper.optimizer.weight_decay': 1e-4,
            'param_scheduler.0.step_size': 40,
            'param_scheduler.0.gamma': 0.1,
    }.items():
        assert cfg[key] == value, key


@pytest.mark.parametrize('key, registry', [
    ('model.backbone.type', 'model'),
    ('model.cls_head.loss_ta.type', 'model'),
    ('train_dataloader.dataset.type', 'dataset'),
    ('test_dataloader.dataset.pipeline.1.type', 'transform'),
    ('custom_hooks.0.type', 'hook'),
    ('optim_wrapper.optimizer.type', 'optimizer'),
    ('param_scheduler.0.type', 'parameter scheduler'),
    ('test_evaluator.type', 'metric'),
])
def test_a_typo_in_a_registered_name_is_named(key, registry, tmp_path):
    cfg = Config.fromfile(str(CONFIGS / DEFAULT))
    cfg.merge_from_dict({key: 'Tipo'})
    path = str(tmp_path / 'typo.py')
    cfg.dump(path)
    with pytest.raises(KeyError, match=f'Tipo is not in the .*{registry}'):
        check_config(path, str(tmp_path))


def test_parts_that_do_not_fit_are_named(tmp_path):
    cfg = Config.fromfile(str(CONFIGS / DEFAULT))
    cfg.model.data_preprocessor.img_size = 96
    path = str(tmp_path / 'size.py')
    cfg.dump(path)
    with pytest.raises(ValueError, match="(?s)'noise0'.*112.*96.*img_size"):
        check_config(path, str(tmp_path))


def test_every_config_of_the_model_index_exists():
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    listed = []
    for metafile in index['Import']:
        content = yaml.safe_load((ROOT / metafile).read_text())
        for model in content['Models']:
            listed.append(model['Config'])
            assert (ROOT / model['Config']).is_file()
            assert model['Name'] == Path(model['Config']).stem
            assert model['In Collection'] in [
                c['Name'] for c in content['Collections']
            ]
    metafiles = (CONFIGS / 'recognition').glob('*/metafile.yml')
    assert {str(m.relative_to(ROOT)) for m in metafiles} == set(
        index['Import'])
    assert f'configs/{DEFAULT}' in listed

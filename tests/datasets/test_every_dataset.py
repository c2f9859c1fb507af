# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Each data set in each form, through its entry config: train and test."""
from functools import lru_cache
from pathlib import Path

import pytest
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from aen_mmaction.analysis.faults.tiny import TINY_AEN
from aen_mmaction.engine import config_check

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
ENTRIES = {
    'dfew': 'aen_dfew_fold1.py', 'ferv39k': 'aen_ferv39k.py',
    'afew': 'aen_afew.py', 'mafw': 'aen_mafw_fold1.py',
    'caer': 'aen_caer.py', 'ravdess': 'aen_ravdess_fold1.py',
    'crema-d': 'aen_crema-d_fold1.py'
}
SIZE = TINY_AEN['model.data_preprocessor.img_size']
SEGMENTS = TINY_AEN['model.data_preprocessor.num_frames'] // 2


@lru_cache(maxsize=None)
def entry(name, tmp):
    """Its config and model, cut to a size of seconds."""
    cfg = Config.fromfile(str(CONFIGS / ENTRIES[name]))
    cfg.merge_from_dict(dict(TINY_AEN))
    config_check._give_random_guide(cfg.model, tmp)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return cfg, model


def build(cfg, part, **options):
    dataset = cfg[f'{part}_dataloader'].dataset.copy()
    dataset.pipeline[0].num_segments = SEGMENTS
    dataset.pipeline[2].size = SIZE
    return DATASETS.build({**dataset, **options})


@pytest.mark.parametrize('form', ['frames', 'video', 'list'])
@pytest.mark.parametrize('name', ENTRIES)
def test_trains_and_tests(name, form, make_layout, tmp_path,
                          tmp_path_factory):
    media = 'video' if form == 'video' else 'frames'
    truth = make_layout(name, tmp_path, media)
    cfg, model = entry(name, str(tmp_path_factory.getbasetemp()))
    options = dict(data_root=str(tmp_path), media=media)
    batches = []
    for p, part in enumerate(('train', 'test')):
        if form == 'list':
            options.update(ann_file=f'theirs_{p}.txt')
        data = build(cfg, part, **options)
        classes = data.metainfo['classes']
        assert classes == model.cls_head.classes
        found = {i['clip_id']: classes[i['label']]
                 for i in map(data.get_data_info, range(len(data)))}
        assert found == truth[p]
        batches.append(pseudo_collate([data[0], data[1]]))
        assert batches[p]['inputs'][0].shape == (4, 3, SIZE, SIZE)
    losses = config_check._train_step(cfg, model, batches[0])
    assert set(losses) == {'loss', 'loss_mc', 'loss_ta', 'loss_ga'}
    config_check._test_step(cfg, model, batches[1], data.metainfo)

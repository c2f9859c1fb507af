# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
from mmengine.config import Config, ConfigDict

from aen_mmaction.engine.config_options import (amp_options, as_tested,
                                                inner_pipeline, set_data_root,
                                                set_report_dir, settle_workers)


def loader(**dataset):
    return dict(dataset=dict(data_root='data/dfew', **dataset))


def test_data_root_reaches_every_data_set_through_wrappers():
    cfg = Config(
        dict(
            train_dataloader=loader(type='DFEWDataset'),
            val_dataloader=dict(
                dataset=dict(
                    type='RepeatDataset',
                    dataset=dict(
                        type='ConcatDataset',
                        datasets=[dict(data_root='a'),
                                  dict(data_root='b')]))),
            test_dataloader=None))
    set_data_root(cfg, '/faces')
    assert cfg.train_dataloader.dataset == dict(
        type='DFEWDataset', data_root='/faces')
    inner = cfg.val_dataloader.dataset.dataset
    assert [d.data_root for d in inner.datasets] == ['/faces', '/faces']
    assert 'data_root' not in inner
    assert cfg.test_dataloader is None


def test_report_dir_of_each_dfer_metric():
    cfg = Config(
        dict(test_evaluator=[
            dict(type='mmaction.DFERMetric'),
            dict(type='AccMetric')
        ]))
    set_report_dir(cfg, None, 'work/test')
    assert cfg.test_evaluator[0].out_dir == 'work/test'
    assert 'out_dir' not in cfg.test_evaluator[1]
    single = Config(dict(test_evaluator=dict(type='DFERMetric')))
    set_report_dir(single, 'here', 'work/test')
    assert single.test_evaluator.out_dir == 'here'


def test_report_dir_command_line_over_config_over_default():
    evaluator = dict(type='DFERMetric', out_dir='config')
    cfg = Config(dict(test_evaluator=dict(evaluator)))
    set_report_dir(cfg, None, 'default')
    assert cfg.test_evaluator.out_dir == 'config'
    set_report_dir(cfg, 'line', 'default')
    assert cfg.test_evaluator.out_dir == 'line'
    cfg.test_evaluator.out_dir = None
    set_report_dir(cfg, None, 'default')
    assert cfg.test_evaluator.out_dir == 'default'


def test_without_a_test():
    cfg = Config(dict(test_evaluator=None))
    set_report_dir(cfg, 'here', 'there')
    assert cfg.test_evaluator is None


@pytest.mark.parametrize('model, also', [
    ('DFERRecognizer', {'model.for_bfloat16': True}), ('Recognizer2D', {})])
def test_amp(model, also):
    assert amp_options(Config(dict(model=dict(type=model)))) == {
        'optim_wrapper.type': 'AmpOptimWrapper',
        'optim_wrapper.dtype': 'bfloat16', **also}


def test_no_workers_means_none_to_persist():
    cfg = Config(
        dict(
            train_dataloader=dict(num_workers=0, persistent_workers=True),
            val_dataloader=dict(num_workers=2, persistent_workers=True),
            test_dataloader=None))
    settle_workers(cfg)
    assert cfg.train_dataloader.persistent_workers is False
    assert cfg.val_dataloader.persistent_workers is True


READ, CROP = [dict(type='LoadFrames')], [dict(type='GroupCrop')]


def repeated(dataset):
    return ConfigDict(type='RepeatDataset', times=3, dataset=dataset)


def joint(*datasets):
    return ConfigDict(type='ConcatDataset', datasets=list(datasets))


def test_pipeline_inside_wrappers_and_joint_sets():
    one, other = (dict(type=t, pipeline=READ) for t in ('DFEW', 'MAFW'))
    assert inner_pipeline(ConfigDict(one)) == READ
    assert inner_pipeline(repeated(joint(one, repeated(other)))) == READ
    with pytest.raises(ValueError, match='expected the same pipeline in all'):
        inner_pipeline(joint(one, dict(other, pipeline=CROP)))


def test_a_training_set_as_tested():
    """Clips once each, no augmentation, joint labels."""
    one, other = (dict(type=t, pipeline=CROP) for t in ('DFEW', 'MAFW'))
    tested = dict(pipeline=READ, test_mode=True)
    assert as_tested(repeated(joint(one, repeated(other))), READ) == joint(
        dict(type='DFEW', **tested), dict(type='MAFW', **tested))

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
from mmengine.config import ConfigDict

from aen_mmaction.inference.frame_pipeline import as_tested, inner_pipeline

READ, CROP = [dict(type='LoadFrames')], [dict(type='GroupCrop')]


def repeated(dataset):
    return ConfigDict(type='RepeatDataset', times=3, dataset=dataset)


def joint(*datasets):
    return ConfigDict(type='JointDataset', datasets=list(datasets))


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

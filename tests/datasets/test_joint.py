# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset

from aen_mmaction.datasets.joint import JointDataset
from aen_mmaction.emotions import MAFW_CLASSES
from aen_mmaction.engine.hooks.epoch_seed_hook import seeded_datasets


class Listed(BaseDataset):
    """Clips with given labels."""

    def __init__(self, labels, classes, **kwargs):
        self.labels = labels
        super().__init__(metainfo=dict(classes=classes, own=classes), **kwargs)

    def load_data_list(self):
        return [dict(clip_id=f'{i}', label=label)
                for i, label in enumerate(self.labels)]


def infos(dataset):
    names = dataset.metainfo['classes']
    rows = [dataset[i] for i in range(len(dataset))]
    return [(row['clip_id'], names[row['label']]) for row in rows]


@pytest.mark.parametrize('serialize', [True, False])
def test_labels_by_name_and_clips_of_other_classes_left_out(serialize):
    """b knows anger as its class 0 and happy as its class 2."""
    a = Listed([0, 1, 2], ('happy', 'calm', 'angry'),
               serialize_data=serialize)
    b = Listed([0, 1, 2], ('Anger', 'Fear', 'Happiness'),
               serialize_data=serialize)
    joint = JointDataset([a, b])
    assert joint.metainfo == dict(classes=('happy', 'angry'))
    assert infos(joint) == [('0', 'happy'), ('2', 'angry'), ('0', 'angry'),
                            ('2', 'happy')]
    assert [joint.get_data_info(i)['label'] for i in range(4)] == [0, 1, 1, 0]


def test_equal_sets_lose_nothing():
    names = ('happy', 'sad')
    joint = JointDataset([Listed([0, 1], names), Listed([1], names)])
    assert [label for _, label in infos(joint)] == ['happy', 'sad', 'sad']


@pytest.mark.parametrize('sizes, kept', [
    ((112, 112), 112),
    ((112, 96), None),
    ((112, None), None),
    ((None, None), None),
])
def test_faces_cut_in_one_way_are_kept(sizes, kept):
    """A checkpoint says how its faces were cut where all sets agree."""
    names = ('happy', 'sad')
    sets = [Listed([0, 1], names) for _ in sizes]
    for dataset, size in zip(sets, sizes):
        if size:
            dataset._metainfo['faces'] = dict(size=size)
    found = JointDataset(sets).metainfo.get('faces')
    assert found == (dict(size=kept) if kept else None)


def test_real_data_sets_from_config(make_dfew, tmp_path, clip_pipelines):
    """Two DFEW trees, one declared with MAFW's classes in the middle."""
    parts = [dict(type='DFEWDataset', pipeline=clip_pipelines['train'],
                  **make_dfew(tmp_path / name)) for name in ('one', 'two')]
    joint = DATASETS.build(dict(type='JointDataset', datasets=parts))
    assert len(joint) == 6
    assert set(joint.metainfo['classes']) < set(MAFW_CLASSES)
    assert len([*seeded_datasets(joint)]) == 2  # both are told the epoch
    assert joint[5]['data_samples'].gt_label.tolist() == [6]


def test_refusals():
    with pytest.raises(ValueError, match='at least two classes in common'):
        JointDataset([Listed([0], ('happy', 'sad')),
                      Listed([0], ('happy', 'fear'))])
    with pytest.raises(ValueError, match='Listed .*all 1 are of .*calm'):
        JointDataset([Listed([2], ('happy', 'sad', 'calm')),
                      Listed([0], ('happy', 'sad'))])

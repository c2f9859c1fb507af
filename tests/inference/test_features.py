# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from copy import deepcopy

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.dataset import pseudo_collate

from aen_mmaction.inference.features import extract_features, write_features

CLIPS = [('7', 20, 1), ('12', 9, 7), ('40', 31, 3)]  # labels 1-based


@pytest.fixture
def data(make_dfew, tmp_path):
    """A tiny DFEW whose train and test parts differ."""
    make_dfew(tmp_path / 'dfew', CLIPS, part='test')
    make_dfew(tmp_path / 'dfew', [('90', 18, 1), ('91', 16, 7)],
              part='train')
    return str(tmp_path / 'dfew')


def test_vectors_of_the_test_part(loaded, data):
    found = extract_features(loaded('aen'), data_root=data, batch_size=2)
    assert found.clip_ids.tolist() == ['00007', '00012', '00040']
    assert found.labels.tolist() == [0, 6, 2]
    assert (found.split, found.fold) == ('test', 1)
    run = loaded('aen')
    dataset = DATASETS.build(
        dict(run.cfg.test_dataloader.dataset, data_root=data))
    batch = run.model.data_preprocessor(
        pseudo_collate([dataset[i] for i in range(3)]))
    with torch.no_grad():
        feats, _ = run.model.extract_feat(batch['inputs'])
        scores = run.model.predict(batch['inputs'], batch['data_samples'])
    for level in range(3):
        np.testing.assert_allclose(
            found.arrays[f'clip_{level}'], feats.clip_feats[level], atol=1e-5)
        np.testing.assert_allclose(
            found.arrays[f'frame_{level}'], feats.frame_feats[level],
            atol=1e-5)
    np.testing.assert_allclose(
        found.arrays['pred_score'],
        torch.stack([s.pred_score for s in scores]), atol=1e-5)
    assert found.arrays['frame_inds'].shape == (3, 16)


def test_training_part_is_read_as_in_testing(loaded, data):
    twice = [
        extract_features(loaded('former'), 'train', data, with_frames=False)
        for _ in range(2)
    ]
    assert twice[0].clip_ids.tolist() == ['00090', '00091']
    assert set(twice[0].arrays) == {'pred_score', 'clip_0', 'frame_inds'}
    np.testing.assert_array_equal(*(t.arrays['clip_0'] for t in twice))


def test_joint_training_sets(loaded, make_dfew, tmp_path):
    own = loaded('former').cfg.train_dataloader.dataset
    parts = [{**own, **make_dfew(tmp_path / clip, [(clip, 18, 2)])}
             for clip in ('5', '3')]
    run = loaded('former')
    cfg = deepcopy(run.cfg)
    cfg.train_dataloader.dataset = dict(type='JointDataset', datasets=parts)
    run = run._replace(cfg=cfg)
    found = extract_features(run, 'train', with_frames=False)
    assert found.clip_ids.tolist() == ['00005', '00003']
    assert found.labels.tolist() == [1, 1]
    found = extract_features(run, 'train', str(tmp_path / '3'), 1, False)
    assert found.clip_ids.tolist() == ['00003', '00003']


def test_files(loaded, data, tmp_path):
    found = extract_features(loaded('former'), data_root=data)
    write_features(found, tmp_path / 'f.npz')
    with np.load(tmp_path / 'f.npz') as file:
        assert file['clip_id'].tolist() == ['00007', '00012', '00040']
        assert file['emotion'].tolist() == ['happy', 'fear', 'neutral']
        assert file['fold'].tolist() == [1, 1, 1]
        np.testing.assert_array_equal(file['frame_0'],
                                      found.arrays['frame_0'])
    with pytest.raises(ValueError, match='suffix'):
        write_features(found, tmp_path / 'f.csv')
    pytest.importorskip('pyarrow')
    from pyarrow import parquet
    write_features(found, tmp_path / 'f.parquet')
    table = parquet.read_table(tmp_path / 'f.parquet')
    assert table['emotion'].to_pylist() == ['happy', 'fear', 'neutral']
    np.testing.assert_allclose(table['frame_0'].to_pylist(),
                               found.arrays['frame_0'])


def test_wrong_model_and_split(loaded):
    with pytest.raises(ValueError, match='clip_feature_extraction'):
        extract_features(loaded('stock'))
    with pytest.raises(ValueError, match='split'):
        extract_features(loaded('former'), 'val')

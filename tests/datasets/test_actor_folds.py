# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import CREMADDataset, RAVDESSDataset
from aen_mmaction.datasets.ravdess import RAVDESS_FOLDS


def names(dataset):
    return [clip['clip_id'] for clip in dataset.load_data_list()]


@pytest.fixture
def ravdess(tmp_path):
    """Video-only, sound and song of every actor, as empty files."""
    for actor in range(1, 25):
        folder = tmp_path / f'Actor_{actor:02}'
        folder.mkdir()
        for kind in ('01-01', '02-01', '01-02'):
            (folder / f'{kind}-03-01-01-01-{actor:02}.mp4').touch()
    return dict(pipeline=[], data_root=str(tmp_path), lazy_init=True)


@pytest.mark.parametrize('folds, sizes', [
    ('mae-dfer', [4] * 6), ('aen', [5, 5, 5, 5, 4])])
def test_ravdess_actors_are_tested_once(ravdess, folds, sizes, log_lines):
    tested = []
    for fold, size in enumerate(sizes, 1):
        options = dict(ravdess, fold=fold, folds=folds)
        test = names(RAVDESSDataset(split='test', **options))
        train = names(RAVDESSDataset(split='train', **options))
        assert len(test) == size and len(train) == 24 - size
        assert not set(test) & set(train)
        tested += test
    assert sorted(tested) == [
        f'Actor_{a:02}/01-01-03-01-01-01-{a:02}' for a in range(1, 25)]
    most = 3 * max(sizes)
    assert f'of {most} clips are not of the kind 01-01-' in log_lines[0]


def test_ravdess_folds_of_others():
    assert RAVDESS_FOLDS['mae-dfer'][1] == range(5, 9)
    assert sorted(sum(RAVDESS_FOLDS['aen'], ())) == list(range(1, 25))


def test_ravdess_kinds(ravdess, tmp_path):
    song = RAVDESSDataset(channel='02', split='test', **ravdess)
    assert names(song)[0] == 'Actor_01/01-02-03-01-01-01-01'
    silent = RAVDESSDataset(modality='02', split='test', **ravdess)
    assert names(silent)[0] == 'Actor_01/02-01-03-01-01-01-01'
    for option in (dict(folds='mine'), dict(modality='03'), dict(fold=7),
                   dict(fold=6, folds='aen'), dict(split='val')):
        with pytest.raises(ValueError, match=list(option)[0]):
            RAVDESSDataset(**{**ravdess, **option})


def test_ravdess_without_actors_folders(tmp_path):
    for actor in (1, 5):
        (tmp_path / f'01-01-02-01-01-01-{actor:02}.mp4').touch()
    data = RAVDESSDataset([], 'test', data_root=str(tmp_path), lazy_init=True)
    clip, = data.load_data_list()
    assert clip['clip_id'] == '01-01-02-01-01-01-01'
    assert data.metainfo['classes'][clip['label']] == 'calm'


def test_a_list_of_ones_own(ravdess, tmp_path):
    """Emotions by name; a file not named as RAVDESS names it has no actor."""
    (tmp_path / 'list.txt').write_text('Actor_01/01-01-03-01-01-01-01 happy\n'
                                       'Actor_05/01-01-03-01-01-01-05 happy\n')
    options = dict(ravdess, ann_file='list.txt')
    assert names(RAVDESSDataset(**options)) == [
        'Actor_05/01-01-03-01-01-01-05']
    with open(tmp_path / 'list.txt', 'a') as file:
        file.write('Actor_05/01-01-03-01-01-01-05_crop happy\n')
    (tmp_path / 'Actor_05/01-01-03-01-01-01-05_crop.mp4').touch()
    assert len(names(RAVDESSDataset(**options))) == 2
    with open(tmp_path / 'list.txt', 'a') as file:
        file.write('Actor_05/foo happy\n01-01-03-01-01-01-123 happy\n')
    with pytest.raises(ValueError, match=r'2 clip\(s\) whose name does not '
                       r'begin as .*foo \(.*list.txt:4\).*list.txt:5'):
        names(RAVDESSDataset(**options))


def test_cremad_actors_are_tested_once(tmp_path):
    (tmp_path / 'VideoFlash').mkdir()
    for actor in range(1001, 1092):
        (tmp_path / f'VideoFlash/{actor}_IEO_DIS_HI.flv').touch()
    tested, sizes = [], []
    for fold in range(1, 6):
        options = dict(
            pipeline=[], fold=fold, data_root=str(tmp_path), lazy_init=True)
        test = names(CREMADDataset(split='test', **options))
        train = names(CREMADDataset(**options))
        assert not set(test) & set(train) and len(test) + len(train) == 91
        tested += test
        sizes.append(len(test))
    assert len(set(tested)) == 91 and sizes == [19, 18, 18, 18, 18]


def test_a_fold_without_its_actors_says_so(tmp_path):
    (tmp_path / 'VideoFlash').mkdir()
    (tmp_path / 'VideoFlash/1001_IEO_DIS_HI.flv').touch()
    with pytest.raises(ValueError, match='train part of fold 1, found none'):
        CREMADDataset([], data_root=str(tmp_path))

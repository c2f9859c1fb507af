# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import csv
import hashlib
from collections import Counter

import cv2
import numpy as np
import pytest

from aen_mmaction.datasets.synthetic import (render_clip, write_dfew,
                                             write_rafdb, writers)
from aen_mmaction.emotions import DFEW_CLASSES, RAFDB_CLASSES

SMALL = dict(size=16, seed=7, min_frames=8, max_frames=10)


@pytest.fixture(scope='module')
def dfew(tmp_path_factory):
    root = tmp_path_factory.mktemp('dfew')
    return root, write_dfew(root, 70, **SMALL)


@pytest.fixture(scope='module')
def rafdb(tmp_path_factory):
    root = tmp_path_factory.mktemp('raf')
    return root, write_rafdb(root, 105, size=16, seed=7)


def digest(root):
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).digest()
            for p in sorted(root.rglob('*')) if p.is_file()}


def read_split(root, part, fold):
    path = root / 'EmoLabel_DataSplit' / f'{part}(single-labeled)'
    lines = (path / f'set_{fold}.csv').read_text().splitlines()
    assert lines[0] == 'video_name,label'
    return {int(i): int(k) for i, k in (line.split(',') for line in lines[1:])}


def test_dfew_folds_are_balanced_and_apart(dfew):
    root, _ = dfew
    seen = {}
    for fold in range(1, 6):
        train, test = (read_split(root, p, fold) for p in ('train', 'test'))
        assert Counter(test.values()) == {k: 2 for k in range(1, 8)}
        assert Counter(train.values()) == {k: 8 for k in range(1, 8)}
        assert not set(train) & set(test)
        assert set(train) | set(test) == set(range(1, 71))
        assert not set(seen) & set(test)
        seen.update(test)
    assert len(seen) == 70


def test_dfew_frames_match_their_labels(dfew):
    root, written = dfew
    with open(root / 'frame_labels.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert written.frames == len(rows)
    for clip_id in (1, 35, 70):
        name = f'{clip_id:05d}'
        mine = [r for r in rows if r['video_name'] == str(clip_id)]
        files = sorted((root / 'Clip/clip_224x224' / name).iterdir())
        assert [f.name for f in files] == [
            f'{name}_{t:05d}.jpg' for t in range(1, len(mine) + 1)]
        assert [int(r['frame']) for r in mine] == list(
            range(1, len(mine) + 1))
        own = read_split(root, 'test', 1).get(clip_id) or read_split(
            root, 'train', 1)[clip_id]
        clip = render_clip(DFEW_CLASSES[own - 1], (7, 0, clip_id),
                           (7, 0, clip_id, 9), len(mine), 16)
        assert [int(r['label']) - 1 for r in mine] == clip.labels.tolist()
        assert [r['intensity'] for r in mine] == [
            f'{v:.4f}' for v in clip.intensities]
        image = cv2.imread(str(files[0]))[..., ::-1].astype(int)  # RGB
        assert image.shape == (16, 16, 3)
        assert np.abs(image - clip.frames[0]).mean() < 12  # JPEG's loss


def test_files_do_not_depend_on_workers(tmp_path, dfew, rafdb):
    write_dfew(tmp_path / 'dfew', 70, workers=2, **SMALL)
    write_rafdb(tmp_path / 'raf', 105, size=16, seed=7, workers=2)
    assert digest(tmp_path / 'dfew') == digest(dfew[0])
    assert digest(tmp_path / 'raf') == digest(rafdb[0])


def test_rafdb_layout(rafdb):
    root, _ = rafdb
    lines = (root / 'basic/EmoLabel/list_patition_label.txt').read_text()
    labels = dict(line.split(' ') for line in lines.splitlines())
    train = {k: v for k, v in labels.items() if k.startswith('train_')}
    assert list(train)[0] == 'train_00001.jpg' and len(train) == 84
    assert 'test_0021.jpg' in labels and len(labels) == 105
    counts = Counter(train.values())
    assert counts == {str(k): 12 for k in range(1, 8)}
    for name in labels:
        path = root / 'basic/Image/aligned' / name.replace('.',
                                                           '_aligned.')
        assert cv2.imread(str(path)).shape == (16, 16, 3)
    with open(root / 'labels.csv', newline='') as file:
        for row in csv.DictReader(file):
            assert labels[row['image']] == row['label']
            neutral = RAFDB_CLASSES[int(row['label']) - 1] == 'neutral'
            assert (float(row['intensity']) == 0) == neutral


def test_nobody_is_drawn_twice(tmp_path, monkeypatch):
    """Every clip and every still, train or test, has a person of its own."""
    people, clip, still = [], writers.render_clip, writers.render_still

    def spy(draw):
        def drawn(emotion, identity_seed, *args):
            people.append(identity_seed)
            return draw(emotion, identity_seed, *args)
        return drawn

    monkeypatch.setattr(writers, 'render_clip', spy(clip))
    monkeypatch.setattr(writers, 'render_still', spy(still))
    write_dfew(tmp_path / 'dfew', 35, **SMALL)
    write_rafdb(tmp_path / 'raf', 35, size=16, seed=7)
    assert len(people) == len(set(people)) == 70


def test_another_seed_other_files(tmp_path, rafdb):
    write_rafdb(tmp_path / 'raf', 105, size=16, seed=8)
    image = 'basic/Image/aligned/train_00001_aligned.jpg'
    assert digest(tmp_path / 'raf')[image] != digest(rafdb[0])[image]


def test_too_few_are_refused(tmp_path):
    with pytest.raises(ValueError, match='at least 35 clips.*got 34'):
        write_dfew(tmp_path, 34)
    with pytest.raises(ValueError, match='at least 35 stills.*got 30'):
        write_rafdb(tmp_path, 30)
    with pytest.raises(ValueError, match='min_frames.*got 20 and 10'):
        write_dfew(tmp_path, 35, min_frames=20, max_frames=10)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Files that the package writes and reads again: caches, cards, results."""
import csv
import json
import os
from pathlib import Path
from typing import Optional

import numpy as np

from ....datasets import folder_index
from ....emotions import DFEW_CLASSES, EKMAN_SENTIMENT
from ....engine.jobs import Job
from ....evaluation.runs import TestRun, read_test
from ....faces.card import CARD, read_card
from ....faces.settings import FaceSettings
from ....faces.store import ClipStore, to_json
from ....models.guides.frame_cache import (FrameCache, read_frame_cache,
                                           write_frame_cache)
from ...work_dir import read_scalars
from .reader import Reader, same_or


# --------------------------------------------------------------- folder index
def _clips(folder: Path) -> tuple:
    root = folder / 'clips'
    folders = [str(root / f'{i:05}') for i in range(folder_index.MIN_FOLDERS)]
    return str(root), folders


def _make_index(folder: Path) -> bytes:
    os.environ['AEN_MMACTION_CACHE'] = str(folder)
    folder_index.MIN_FOLDERS, folder_index._YOUNG = 20, -1
    root, folders = _clips(folder)
    for i, clip in enumerate(folders):
        os.makedirs(clip)
        for frame in range(5 + i % 3):
            Path(clip, f'{frame:05}.jpg').touch()
    folder_index.list_folders(root, folders)
    path = Path(folder_index.cache_file(root))
    data = path.read_bytes()
    path.unlink()
    return data


def _read_index(path: Path) -> list:
    root, folders = _clips(path.parent)
    os.replace(path, folder_index.cache_file(root))
    return folder_index.list_folders(root, folders)


# ---------------------------------------------------------------- guide cache
def _make_frame_cache(folder: Path) -> bytes:
    rng = np.random.default_rng(0)
    path = folder / 'made.npz'
    write_frame_cache(path, FrameCache(
        dict(a=(0, 20), b=(20, 30)), rng.random((50, 7), np.float32),
        np.arange(50, dtype=np.uint32), DFEW_CLASSES, 64 * '0'))
    return path.read_bytes()


def _judge_frame_cache(good: FrameCache, found: FrameCache,
                       spoiled: bytes) -> Optional[str]:
    """Its parts have checksums: the very logits, or an error."""
    same = all(np.array_equal(a, b) for a, b in zip(good, found))
    return None if same else 'other logits than were written'


# ------------------------------------------------------------- cards, records
def _make_card(folder: Path) -> bytes:
    return to_json(dict(title='Aligned face clips', finished=True,
                        settings=dict(faces=FaceSettings().as_dict()))
                   ).encode()


def _judge_card(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """No checksum: settings that are possible."""
    FaceSettings.from_dict(found['settings']['faces'])
    return None


def _read_job(path: Path) -> dict:
    return Job(path.parent, {}).seconds


def _judge_job(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """No checksum: names of stages and seconds."""
    numbers = all(isinstance(v, (int, float)) for v in found.values())
    return None if numbers else str(found)


def _read_record(path: Path) -> dict:
    (path.parent / '.prepare' / 'records').mkdir(parents=True, exist_ok=True)
    os.replace(path, path.parent / '.prepare' / 'records' / path.name)
    return ClipStore(path.parent, 'clips').record(path.stem)


def _judge_record(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    return None if found['status'] else str(found)


# --------------------------------------------------------------- test results
def _make_test(folder: Path) -> bytes:
    """predictions.csv, 28 clips, every fourth wrong; metrics.json beside."""
    classes = list(DFEW_CLASSES)
    rows = [['clip_id', 'label', 'pred', *classes]]
    labels = [i % 7 for i in range(28)]
    preds = [(k + (i % 4 == 0)) % 7 for i, k in enumerate(labels)]
    for i, (label, pred) in enumerate(zip(labels, preds)):
        scores = np.where(np.arange(7) == pred, .4, .1)
        rows.append([f'{i:05}', classes[label], classes[pred],
                     *(f'{score:.6f}' for score in scores)])
    path = folder / 'predictions.csv'
    with open(path, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows(rows)
    right = [label == pred for label, pred in zip(labels, preds)]
    recalls = [np.mean([r for r, k in zip(right, labels) if k == c])
               for c in range(7)]
    (folder / 'metrics.json').write_text(json.dumps(dict(
        num_clips=28, classes=classes, groups=EKMAN_SENTIMENT,
        metrics=dict(WAR=100 * np.mean(right), UAR=100 * np.mean(recalls)))))
    return path.read_bytes()


def _make_metrics(folder: Path) -> bytes:
    _make_test(folder)
    return (folder / 'metrics.json').read_bytes()


def _judge_test(good: TestRun, found: TestRun,
                spoiled: bytes) -> Optional[str]:
    """Rates are checked against their second copy; digits of scores not."""
    if good.metrics()['WAR'] != found.metrics()['WAR']:
        return 'another WAR than was written'
    same = len(good.clip_ids) == len(found.clip_ids)
    return None if same and np.isfinite(found.scores).all() else 'other rows'


# ----------------------------------------------------------------------- logs
def _make_log(folder: Path) -> bytes:
    return ''.join(
        json.dumps(dict(loss=2 / i, iter=i, epoch=1, step=i)) + '\n'
        for i in range(1, 20)).encode()


def _read_log(path: Path) -> list:
    folder = path.parent / '20240101_000000' / 'vis_data'
    folder.mkdir(parents=True, exist_ok=True)
    os.replace(path, folder / path.name)
    return read_scalars(path.parent)


def _judge_log(good: list, found: list, spoiled: bytes) -> Optional[str]:
    """Rows that stand in the file; only a torn last one may be missing."""
    lines = [line for line in spoiled.splitlines() if line.strip()]
    told = [json.dumps(row) for row in found]
    if any(text.encode() not in spoiled for text in told):
        return 'rows that are not in the file'
    return None if not found or len(lines) - len(told) <= 1 else 'rows lost'


RECORD_READERS = {
    'folder index': Reader('index.json', _make_index, _read_index,
                           same_or('other names than are on the disk')),
    'guide cache': Reader('guide.npz', _make_frame_cache, read_frame_cache,
                          _judge_frame_cache),
    'data card': Reader(CARD, _make_card, lambda path: read_card(path.parent),
                        _judge_card),
    'job record': Reader('job.json', lambda folder: b'{"train": 12.5}',
                         _read_job, _judge_job),
    'record of a video': Reader(
        'v1.json', lambda folder: to_json(dict(status='ok')).encode(),
        _read_record, _judge_record),
    'predictions': Reader('predictions.csv', _make_test,
                          lambda path: read_test(path.parent), _judge_test),
    'metrics': Reader('metrics.json', _make_metrics,
                      lambda path: read_test(path.parent), _judge_test),
    'training log': Reader('scalars.json', _make_log, _read_log, _judge_log),
}

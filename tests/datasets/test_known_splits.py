# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets.known_splits import KNOWN_SPLITS

TOTALS = {  # as published
    'dfew': {
        'all': 11697,
        'train fold 1': 9356, 'test fold 1': 2341,
        'train fold 2': 9356, 'test fold 2': 2341,
        'train fold 3': 9357, 'test fold 3': 2340,
        'train fold 4': 9358, 'test fold 4': 2339,
        'train fold 5': 9361, 'test fold 5': 2336},
    'ferv39k': {'train': 31088, 'test': 7847, 'all': 38935},
    'afew': {
        'train': 773, 'val': 383, 'all': 1156,
        "Former-DFER's train list": 773, "Former-DFER's val list": 381},
    'mafw': {
        'all': 9172,
        'train fold 1': 7333, 'test fold 1': 1839,
        'train fold 2': 7335, 'test fold 2': 1837,
        'train fold 3': 7339, 'test fold 3': 1833,
        'train fold 4': 7340, 'test fold 4': 1832,
        'train fold 5': 7341, 'test fold 5': 1831},
    'raf-db': {'train': 12271, 'test': 3068, 'all': 15339},
    'caer': {'train': 9222, 'validation': 1316, 'test': 2637, 'all': 13175},
    'ravdess': {'all': 1440},
    'crema-d': {'all': 7442},
}


def test_totals():
    assert {
        dataset: {part: sum(counts.values()) for part, counts in parts.items()}
        for dataset, parts in KNOWN_SPLITS.items()
    } == TOTALS


@pytest.mark.parametrize('dataset', ['dfew', 'mafw'])
def test_each_fold_holds_every_clip(dataset):
    parts = KNOWN_SPLITS[dataset]
    for fold in range(1, 6):
        assert parts['all'] == {
            name: parts[f'train fold {fold}'][name] + count
            for name, count in parts[f'test fold {fold}'].items()
        }

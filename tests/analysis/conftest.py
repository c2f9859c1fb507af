# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Runs, models and clips in memory, no files."""
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from aen_mmaction.emotions import DFEW_CLASSES, EmotionHierarchy
from aen_mmaction.evaluation.runs import RunResult, TestRun

from ..models.conftest import RECOGNIZER, guide_cfg  # noqa: F401  a fixture

AEN = Path(__file__).parents[2] / 'configs' / 'aen_dfew_fold1.py'
TSN, = Path(__file__).parents[2].glob(
    'configs/recognition/tsn/tsn_r18*synthetic-rgb.py')
NO_GUIDE = dict(type='S2ACHead', loss_ta=None, loss_ga=None)


def make_test(target, pred, ids=None, classes=None, sure=None):
    """A test of N clips; predicted classes have probability ``sure``."""
    hierarchy = EmotionHierarchy(*([classes] if classes else []))
    ids = ids or [f'{i:05d}' for i in range(len(target))]
    sure = np.full(len(target), .9) if sure is None else np.array(sure)
    scores = np.tile((1 - sure[:, None]) / 6, 7)
    scores[np.arange(len(target)), pred] = sure
    return TestRun(
        Path('runs/x'), hierarchy, tuple(ids), np.array(target),
        np.array(pred), scores, {})


@pytest.fixture
def make_run():
    """Function ``make_run(name, *folds)``, a fold is make_test's arguments."""
    return lambda name, *folds: RunResult(
        name, tuple(make_test(*fold) for fold in folds))


@pytest.fixture
def build():
    """Function that builds a tiny AEN in eval mode, parts as given."""
    torch.manual_seed(0)

    def make(**parts):
        cfg = {**deepcopy(RECOGNIZER), 'cls_head': NO_GUIDE, **parts}
        return MODELS.build(cfg).eval()

    return make


@pytest.fixture
def saved(make_dfew, tmp_path):
    """Function that saves a tiny AEN with clips to test it on.

    ``saved(classes=DFEW_CLASSES, **parts)`` gives config and checkpoint; the
    classes are those that the checkpoint names.
    """

    def make(classes=DFEW_CLASSES, **parts):
        cfg = Config.fromfile(AEN)
        cfg.model = {**deepcopy(RECOGNIZER), 'cls_head': NO_GUIDE, **parts}
        dataset = cfg.test_dataloader.dataset
        dataset.update(make_dfew(tmp_path / 'dfew', part='test'))
        dataset.pipeline[0].num_segments = 2  # of 2 frames
        dataset.pipeline[2].size = 32
        path = tmp_path / 'epoch_1.pth'
        torch.save(
            dict(
                state_dict=MODELS.build(cfg.model).state_dict(),
                meta=dict(dataset_meta=dict(classes=classes))), path)
        return cfg, path

    return make


@pytest.fixture
def stock():
    """MMAction2's own TSN-R18 as the drawn set's config has it."""
    cfg = Config.fromfile(TSN)
    torch.manual_seed(0)
    return MODELS.build(cfg.model).eval()


class MemorySet(torch.utils.data.Dataset):
    """Noise clips with given labels, as a data set in test mode."""

    def __init__(self, labels, classes=DFEW_CLASSES, frames=4, size=32):
        generator = torch.Generator().manual_seed(0)
        self.labels = labels
        self.metainfo = dict(classes=classes)
        self.clips = torch.randint(
            0, 256, (len(labels), frames, 3, size, size),
            generator=generator, dtype=torch.uint8)

    def __len__(self):
        return len(self.labels)

    def get_data_info(self, i):
        return dict(clip_id=f'{i:05d}', label=self.labels[i])

    def __getitem__(self, i):
        sample = ActionDataSample(
            metainfo=dict(
                clip_id=f'{i:05d}', frame_inds=np.arange(len(self.clips[i]))))
        return dict(
            inputs=self.clips[i],
            data_samples=sample.set_gt_label(self.labels[i]))


@pytest.fixture
def memory_set():
    """Class of noise clips: ``memory_set(labels, classes)``."""
    return MemorySet

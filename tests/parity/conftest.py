# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Published models with the weights that the fixtures were made with."""
import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope

from aen_mmaction.models.published import (PUBLISHED, check_complete,
                                           convert_file, to_ours)

ROOT = Path(__file__).resolve().parents[2]
FILES = {'aen': 'aen', 'former-dfer': 'former_dfer', 'gca-ial': 'gca_ial'}


@pytest.fixture(scope='session')
def parity():
    """Folder of the fixtures, or skip by name."""
    folder = ROOT.parent / 'shared' / 'parity'
    if not folder.exists():
        pytest.skip('real input not present: shared/parity')
    return folder


@pytest.fixture(scope='session')
def fill(parity):
    """The module that makes the weights and the clips."""
    spec = importlib.util.spec_from_file_location('fill_weights',
                                                  parity / 'fill_weights.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def published(parity, fill, tmp_path):
    """Function ``published(name, salt)``: model, clips, samples, expected.

    The model is the one of the method's config, with the published weights,
    ``keep_unused`` and, for AEN, its guide.
    """

    def make(name, salt=0):
        shapes = json.loads((parity / f'{FILES[name]}.json').read_text())
        suffix = f'_salt{salt}' if salt else ''
        cfg = Config.fromfile(ROOT / PUBLISHED[name].config)
        init_default_scope('mmaction')
        cfg.model.keep_unused = True
        if name == 'aen':
            paths = [str(tmp_path / n) for n in ('theirs.pth', 'guide.pth')]
            torch.save(
                fill.state_dict(shapes['guide_state_dict'],
                                shapes['guide_salt'] + salt), paths[0])
            cfg.model.guide.checkpoint = paths[1]
        model = MODELS.build(cfg.model)
        if name == 'aen':
            convert_file(*paths, 'aen-guide',
                         model.guide.classifier.state_dict())
            model.init_weights()  # reads the guide, as a training does
        theirs = fill.state_dict(shapes['state_dict'], salt)
        check_complete(theirs, name, model.state_dict())
        model.load_state_dict(to_ours(theirs, name))
        samples = [
            ActionDataSample().set_gt_label(label)
            for label in shapes['labels']
        ]
        expected = np.load(parity / f'{FILES[name]}{suffix}.npz')
        return SimpleNamespace(
            model=model,
            theirs=theirs,
            parameters=shapes['parameters'],
            clips=fill.clip(salt),
            samples=samples,
            expected={k: torch.from_numpy(expected[k]) for k in expected})

    return make

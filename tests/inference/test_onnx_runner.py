# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.datasets.transforms import SampleSegmentFrames

onnx_runner = pytest.importorskip('aen_mmaction.inference.onnx_runner',
                                  exc_type=ImportError)


@pytest.mark.parametrize('segments, length', [(8, 2), (16, 1), (8, 1)])
def test_frames_are_those_of_testing(segments, length):
    sample = SampleSegmentFrames(segments, length, test_mode=True)
    for num in range(1, 80):
        np.testing.assert_array_equal(
            onnx_runner.frame_inds(num, segments, length),
            sample(dict(total_frames=num))['frame_inds'])


def test_names():
    graph = onnx_runner.Graph.__new__(onnx_runner.Graph)
    graph.facts = dict(classes=['happy', 'sad'], groups=['good', 'bad'])
    scores = dict(pred_score=np.array([[.25, .75], [.5, .5]]),
                  pred_group_score=np.array([[.375, .625], [.5, .5]]))
    assert graph.named(scores) == dict(
        label='sad', emotions=dict(happy=.25, sad=.75),
        groups=dict(good=.375, bad=.625))


def test_missing_graph(tmp_path):
    with pytest.raises(FileNotFoundError, match='tools/export.py'):
        onnx_runner.Graph(tmp_path / 'model.onnx')


@pytest.mark.parametrize('faces', [
    np.zeros((4, 32, 32, 3)), np.zeros((0, 32, 32, 3), np.uint8),
    np.zeros((4, 16, 16, 3), np.uint8), np.zeros((32, 32, 3), np.uint8)])
def test_wrong_faces(faces):
    graph = onnx_runner.Graph.__new__(onnx_runner.Graph)
    graph.facts = dict(img_size=32)
    with pytest.raises(ValueError, match=r'expected uint8 \(F, 32, 32, 3\)'):
        graph.pixels(faces)


def test_wrong_window():
    with pytest.raises(ValueError, match='window and stride'):
        onnx_runner.Stream('.', 0)

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""tools/predict.py on tiny inputs: models, messages, many videos."""
import json
import runpy
import sys

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from aen_mmaction.analysis.faults.tiny import TINY_AEN
from aen_mmaction.inference import model_choice
from aen_mmaction.inference.frame_model import MiniXception
from aen_mmaction.inference.loading import LoadedModel

from .conftest import CLASSES, CONFIG, LOADERS, ROOT


@pytest.fixture
def call(monkeypatch, tmp_path):
    """Function ``call(*args)``: run the tool in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args):
        script = str(ROOT / 'tools' / 'predict.py')
        monkeypatch.setattr(sys, 'argv', [script, *map(str, args)])
        runpy.run_path(script, run_name='__main__')

    return run


@pytest.fixture
def checkpoint(tmp_path):
    """Random weights in a work dir, the config beside them."""
    cfg = Config.fromfile(CONFIG)
    cfg.merge_from_dict({**TINY_AEN, **LOADERS})
    folder = tmp_path / 'work_dirs' / 'aen_synthetic'
    folder.mkdir(parents=True)
    cfg.dump(folder / 'aen_synthetic.py')
    path = folder / 'epoch_1.pth'
    torch.save(dict(state_dict=MODELS.build(cfg.model).state_dict(),
                    meta=dict(dataset_meta=dict(classes=CLASSES))), path)
    return path


@pytest.fixture
def clip(tmp_path):
    """Folder of 6 frames that are faces as they are."""
    folder = tmp_path / 'in' / 'clip'
    folder.mkdir(parents=True)
    face = np.random.default_rng(0).integers(
        0, 255, (40, 40, 3), dtype=np.uint8)
    for i in range(6):
        cv2.imwrite(str(folder / f'{i}.png'), face)
    return folder


def test_no_model_says_what_to_do(call, clip):
    with pytest.raises(SystemExit) as stop:
        call(clip)
    for words in ('tools/train.py', 'tools/convert_checkpoint.py',
                  'make demo', 'drawn faces only', 'not made yet'):
        assert words in str(stop.value)


def test_demo_model_is_offered_and_warns(call, clip, checkpoint, capsys):
    with pytest.raises(SystemExit, match='is there, add --demo'):
        call(clip)
    call(clip, '--demo', '--detector', 'none', '--outputs', 'json')
    said = capsys.readouterr()
    assert 'knows drawn faces only' in said.err
    assert 'does not say how the faces' in said.err
    assert 'clip: 6 frames, 1 face(s)' in said.out
    summary = json.loads(open('work_dirs/predict/clip/faces.json').read())
    assert summary['faces'][0]['frames'] == [1, 6]


def test_config_beside_the_checkpoint_and_many_inputs(
        call, clip, checkpoint, capsys, tmp_path):
    (clip.parent / 'bad.mp4').write_text('no video')
    (tmp_path / 'list.txt').write_text('in/bad.mp4\nin/clip\n')
    with pytest.raises(SystemExit, match='1 of 2 failed: in/bad.mp4'):
        call('list.txt', '--checkpoint', checkpoint, '--detector', 'none',
             '--outputs', 'csv', '--out', 'out')
    assert 'bad.mp4: Invalid data' in capsys.readouterr().err
    table = (tmp_path / 'out' / 'in' / 'clip' / 'frames.csv').read_text()
    assert len(table.splitlines()) == 7


def test_speed(call, clip, checkpoint, tmp_path, monkeypatch):
    probs = {}
    for speed in ('', 'float32', 'bfloat16'):
        call(clip, '--checkpoint', checkpoint, '--detector', 'none',
             '--outputs', 'json', '--out', f'out{speed}',
             *(('--speed', speed) if speed else ()))
        summary = (tmp_path / f'out{speed}' / 'clip' / 'faces.json')
        face, = json.loads(summary.read_text())['faces']
        probs[speed] = np.array(list(face['mean_probabilities'].values()))
    assert abs(probs['float32'] - probs['']).max() < 1e-4
    assert 0 < abs(probs['bfloat16'] - probs['']).max() < .02
    monkeypatch.setattr(model_choice, 'load_frame_model',
                        lambda: LoadedModel(MiniXception(), *[None] * 4))
    with pytest.raises(SystemExit, match='--speed float32: expected a DFER'
                       'Recognizer, got MiniXception'):
        call(clip, '--frame-model', '--speed', 'float32')


def test_one_model_only(call, clip, checkpoint):
    with pytest.raises(SystemExit, match='expected one of them'):
        call(clip, '--demo', '--checkpoint', checkpoint)


def test_missing_files(call, clip, checkpoint):
    with pytest.raises(SystemExit, match='none.mp4: no such file'):
        call('none.mp4', '--checkpoint', checkpoint)
    with pytest.raises(SystemExit, match='none.pth: no such checkpoint'):
        call(clip, '--checkpoint', 'none.pth')

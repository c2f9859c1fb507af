# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import importlib.util
import re
import sys
import urllib.request

import pytest

from aen_mmaction.datasets.videos import VideoError
from aen_mmaction.inference import DFERInferencer
from aen_mmaction.inference.app import build_app, face_rows, predict_upload


@pytest.fixture
def inferencer(loaded, squares):
    return DFERInferencer(loaded('aen'), **squares)


@pytest.fixture
def gradio():
    if importlib.util.find_spec('gradio') is None:
        pytest.skip('package not installed: gradio')
    return importlib.import_module('gradio')


def test_upload(inferencer, film, draw_squares, tmp_path):
    path = film(draw_squares([[(20, 100)]] * 10))
    result, files = predict_upload(inferencer, str(path), tmp_path / 'out')
    assert {f.name for f in files} == {
        'frames.csv', 'faces.json', 'timeline.png', 'annotated.mp4'}
    (face, start, end, label, mean), = face_rows(result)
    assert (face, start, end) == (1, 0, .36) and label in result.classes
    assert 1 / 7 <= mean <= 1


def test_upload_of_no_video(inferencer, tmp_path):
    (tmp_path / 'text.mp4').write_text('none')
    with pytest.raises(VideoError, match='Invalid data'):
        predict_upload(inferencer, str(tmp_path / 'text.mp4'), tmp_path)


def test_without_gradio(inferencer, monkeypatch):
    monkeypatch.setitem(sys.modules, 'gradio', None)
    with pytest.raises(ModuleNotFoundError, match=r'aen-mmaction\[app\]'):
        build_app(inferencer, [])


def test_page_asks_nobody_else(gradio, inferencer):
    """No fonts, scripts or statistics from elsewhere."""
    page = build_app(inferencer, ['a note'])
    assert not page.analytics_enabled
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True,
                                ssr_mode=False, run_history=False)
    try:
        with urllib.request.urlopen(address) as answer:
            text = answer.read().decode()
    finally:
        page.close()
    assert 'a note' in text
    loaded = re.findall(r'(?:src|href)\\?="(https?://[^"\\]+)', text)
    assert not loaded
    assert 'fonts.googleapis' not in text

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import importlib.util
import json
import re
import sys

import av
import cv2
import numpy as np
import pytest

from aen_mmaction.datasets.videos import VideoError
from aen_mmaction.inference import DFERInferencer, PredictOptions
from aen_mmaction.inference import page as page_module
from aen_mmaction.inference.outputs import OUTPUTS, write_outputs
from aen_mmaction.inference.sources import find_sources
from aen_mmaction.inference.timeline_plot import draw_timeline, emotion_colors


@pytest.fixture
def predict(loaded, squares, tmp_path):
    """Function ``predict(path)``: result, source and the files written."""
    inferencer = DFERInferencer(
        loaded('aen'), options=PredictOptions(window=.8), **squares)

    def run(path, wanted=OUTPUTS):
        source, = find_sources(str(path))
        result = inferencer(source)
        folder = tmp_path / 'out'
        files = write_outputs(result, source, folder, wanted)
        return result, {file.name: file for file in files}

    return run


def data_of(page):
    """What the page draws."""
    text = re.search(r'JSON\.parse\((".*")\);', page.read_text('utf-8'))[1]
    return json.loads(json.loads(text))


def decoded(path):
    with av.open(str(path)) as video:
        return [(frame.time, frame.to_ndarray(format='rgb24'))
                for frame in video.decode(video=0)]


def test_every_output(predict, film, draw_squares):
    frames = draw_squares([[(20, 100)]] * 10 + [[]] * 15)
    result, files = predict(film(frames, sound=True))
    expected = {'frames.csv', 'faces.json', 'timeline.png', 'annotated.mp4',
                'page.html'}
    if importlib.util.find_spec('pyarrow'):
        expected.add('frames.parquet')
    assert set(files) == expected
    assert len(files['frames.csv'].read_text().splitlines()) == 26
    assert cv2.imread(str(files['timeline.png'])).std() > 10
    face, = data_of(files['page.html'])['faces']
    assert len(face['probs']) == 10
    np.testing.assert_allclose(np.sum(face['probs'], 1), 100, atol=.5)


def test_annotated_video_keeps_times_and_sound(predict, film, draw_squares):
    frames = draw_squares([[(20, 100)]] * 10 + [[]] * 15)
    result, files = predict(film(frames, sound=True), ['video'])
    images = decoded(files['annotated.mp4'])
    np.testing.assert_allclose([t for t, _ in images], result.times,
                               atol=1e-4)
    with av.open(str(files['annotated.mp4'])) as video:
        sound, = video.streams.audio
        assert float(sound.duration * sound.time_base) == pytest.approx(
            1., abs=.15)
    assert np.abs(images[3][1].astype(int) - frames[3]).max() > 60  # drawn on
    assert np.abs(images[20][1].astype(int) - frames[20]).max() < 20


def test_odd_sizes(predict, film, draw_squares, tmp_path):
    for i, image in enumerate(draw_squares([[(20, 100)]] * 3)):
        (tmp_path / 'odd').mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / 'odd' / f'{i}.png'), image[:63, :119])
    _, files = predict(tmp_path / 'odd', ['video'])
    assert [image.shape for _, image in decoded(files['annotated.mp4'])] == [
        (64, 120, 3)] * 3


def test_without_pyav(predict, draw_squares, tmp_path, monkeypatch):
    cv2.imwrite(str(tmp_path / '0.png'), draw_squares([[(20, 100)]])[0])
    monkeypatch.setitem(sys.modules, 'av', None)
    with pytest.raises(VideoError, match='annotated.mp4: .* pip install .av'):
        predict(tmp_path, ['video'])


@pytest.mark.parametrize('count', [1, 8])
def test_no_face_and_one_frame(predict, film, draw_squares, count):
    result, files = predict(film(draw_squares([[]] * count)))
    assert json.loads(files['faces.json'].read_text())['faces'] == []
    assert data_of(files['page.html'])['faces'] == []
    assert len(decoded(files['annotated.mp4'])) == count
    assert 'no face in any frame' in [
        text.get_text() for text in draw_timeline(result).axes[0].texts]


def test_one_frame_with_a_face(predict, film, draw_squares):
    _, files = predict(film(draw_squares([[(20, 100)]])))
    face, = json.loads(files['faces.json'].read_text())['faces']
    assert face['frames'] == [1, 1] and face['label']


def test_large_videos_stay_beside_the_page(predict, film, draw_squares,
                                           monkeypatch):
    monkeypatch.setattr(page_module, 'EMBED_BYTES', 10)
    _, files = predict(film(draw_squares([[(20, 100)]] * 3)), ['page'])
    assert 'keep annotated.mp4 beside it' in files['page.html'].read_text()


def test_names_cannot_break_the_page(predict, film, draw_squares):
    path = film(draw_squares([[]] * 2), 'a<script>.mp4')
    _, files = predict(path, ['page'])
    assert '<h1>a&lt;script&gt;.mp4</h1>' in files['page.html'].read_text()


def test_colours_are_all_different():
    names = ('happy', 'sad', 'calm', 'bored', 'contempt')
    assert len(set(emotion_colors(names).values())) == 5
    assert emotion_colors(names)['happy'] == '#f2b134'

# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Made-up live sources: a generator, a recording served over HTTP."""
import json
import signal
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import av
import numpy as np
import pytest

from aen_mmaction.datasets.videos import VideoError
from aen_mmaction.faces.video import VideoFrame
from aen_mmaction.inference import DFERInferencer, PredictOptions
from aen_mmaction.inference.live import LiveFaces, predict_live
from aen_mmaction.inference.live_run import run_live
from aen_mmaction.inference.live_source import NewestFrame, open_live
from aen_mmaction.inference.outputs import write_outputs
from aen_mmaction.inference.sources import find_sources

OPTIONS = PredictOptions(window=.8, stride=.2, max_gap=0)  # 20, 5 frames


@pytest.fixture
def inferencer(loaded, squares):
    return DFERInferencer(loaded('aen'), options=OPTIONS, **squares)


@pytest.fixture
def numbered(draw_squares):
    """Function ``numbered(n)``: n frames with a face, 25 a second."""

    def make(count):
        images = draw_squares([[(20, 100 + i % 20)] for i in range(count)])
        return [VideoFrame(i, i / 25, image)
                for i, image in enumerate(images)]

    return make


@pytest.fixture
def served(tmp_path):
    """Address of ``tmp_path``, served over HTTP."""

    class Quiet(SimpleHTTPRequestHandler):

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(
        ('127.0.0.1', 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()


def wait_until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(.01)
    raise TimeoutError


def test_newest_frame_wins():
    """1 and 2 come while 0 is worked on: 2 is next, 1 is dropped."""
    gate = threading.Semaphore(1)

    def source():
        for i in range(4):
            gate.acquire()
            yield VideoFrame(i, i / 25, np.zeros((2, 2, 3), np.uint8))

    newest, got = NewestFrame(source()), []
    for _, frame in newest:
        got.append(frame.index)
        if frame.index == 0:
            gate.release(2)
            wait_until(lambda: newest.received == 3)
        else:
            gate.release()
    assert got == [0, 2, 3]
    assert (newest.received, newest.dropped) == (4, 1)


def test_live_equals_offline(inferencer, film, draw_squares):
    """Two faces, one of them lost for a while: windows agree to 1e-5."""
    frames = [[(i // 4, 100), (80, 150 + i)] for i in range(48)]
    frames[20] = frames[21] = [frames[20][0]]
    path = film(draw_squares(frames))
    offline = inferencer(str(path))
    live = LiveFaces(inferencer, 25.)
    with av.open(str(path)) as video:
        for frame in video.decode(video=0):
            live.update(frame.time, frame.to_ndarray(format='rgb24'))
    online = live.result('live')
    assert len(offline.faces) == len(online.faces) == 2
    for a, b in zip(offline.faces, online.faces):
        assert a.face_id == b.face_id and a.num_windows == 6
        np.testing.assert_array_equal(a.boxes, b.boxes)
        for x, y in zip(a.windows, b.windows):
            assert x.frame_inds.tolist() == y.frame_inds.tolist()
            for key, value in x.scores.items():
                np.testing.assert_allclose(value, y.scores[key], atol=1e-5)


def test_answer_is_that_of_the_newest_window_due(inferencer, numbered):
    live = LiveFaces(inferencer, 25.)
    shown = [live.update(f.time, f.image)[0].probs for f in numbered(30)]
    face, = live.result('live').faces
    # 20 frames are 8 segments of 2.5: the last frame looked at is number 19
    due = 1 + int(inferencer.scorer.pipeline.frame_inds(20).max())
    assert np.isnan(shown[:due - 1]).all()
    for i in range(due - 1, 30):
        window = face.windows[(i - due + 1) // 5]
        np.testing.assert_array_equal(shown[i], window.scores['pred_score'])
    np.testing.assert_array_equal(face.probs, shown)


def test_dropped_frames_do_not_stretch_windows(inferencer, numbered):
    """Every other frame: the same windows in time, and all are scored."""
    whole, half = (LiveFaces(inferencer, 25.) for _ in range(2))
    for frame in numbered(41):
        whole.update(frame.time, frame.image)
        if frame.index % 2 == 0:
            half.update(frame.time, frame.image)
    a, b = (live.result('x').faces[0].windows for live in (whole, half))
    assert [w.start for w in a] == [w.start for w in b] != []
    assert all(w.coverage == 1 for w in b)


def test_lost_faces_give_their_buffers_back(inferencer, draw_squares):
    live = LiveFaces(inferencer, 25.)
    here, none = draw_squares([[(20, 100)], []])
    for i in range(40):
        live.update(i / 25, here if i < 6 else none)
    assert live._runs[1]._sliding is None
    assert live.result('live').faces[0].detected.sum() == 6


def test_counts_and_latency(inferencer, numbered):
    newest = NewestFrame(iter(numbered(12)))
    result = predict_live(inferencer, newest, 25., 'fast')
    live = result.live
    assert live['received'] == 12 == live['looked_at'] + live['dropped']
    assert live['looked_at'] == len(result.times) >= 1
    latency = live['latency_ms']
    assert 0 < latency['median'] <= latency['largest']


def test_recording_over_http(inferencer, film, numbered, served, tmp_path):
    film([f.image for f in numbered(25)])
    source, = find_sources(f'{served}/film.mp4')
    folder, shown = tmp_path / 'out', []
    start = time.monotonic()
    result = run_live(inferencer, source, folder,
                      show=lambda *seen: shown.append(seen[0]))
    assert time.monotonic() - start > .9  # its own speed
    live = result.live
    assert live['received'] == 25 == live['looked_at'] + live['dropped']
    np.testing.assert_array_equal(result.times, shown)
    files = {f.name: f for f in write_outputs(result, source, folder)}
    with av.open(str(files['annotated.mp4'])) as video:
        times = [frame.time for frame in video.decode(video=0)]
    np.testing.assert_allclose(times, result.times, atol=1e-4)
    assert json.loads(files['faces.json'].read_text())['live'] == live
    rows = files['frames.csv'].read_text().splitlines()
    assert len(rows) == 1 + len(result.times)


def test_interrupt_ends_cleanly(inferencer, film, numbered, served, tmp_path):
    film([f.image for f in numbered(75)])
    source, = find_sources(f'{served}/film.mp4')
    before, seen = signal.getsignal(signal.SIGINT), []

    def show(*frame):
        seen.append(frame)
        if len(seen) == 3:
            signal.raise_signal(signal.SIGINT)

    result = run_live(inferencer, source, tmp_path / 'out', show=show)
    assert len(result.times) == 3 and not result.problem
    assert signal.getsignal(signal.SIGINT) == before
    with av.open(str(tmp_path / 'out' / 'annotated.mp4')) as video:
        assert sum(1 for _ in video.decode(video=0)) == 3


@pytest.mark.parametrize('count', [0, 3])
def test_source_that_breaks_off(inferencer, numbered, count):

    def source():
        for frame in numbered(count):
            yield frame
            time.sleep(.05)
        raise VideoError('cable: pulled')

    newest = NewestFrame(source())
    if not count:
        with pytest.raises(VideoError, match='cable: pulled'):
            predict_live(inferencer, newest, 25., 'cable')
        return
    result = predict_live(inferencer, newest, 25., 'cable')
    assert result.problem == 'cable: pulled' and len(result.times)


def test_no_frame(inferencer):
    with pytest.raises(VideoError, match='door: not a single frame'):
        predict_live(inferencer, NewestFrame(iter(())), 25., 'door')


def test_what_cannot_be_opened(served, tmp_path):
    with pytest.raises(VideoError, match='camera 99: cannot be opened'):
        open_live('99')
    with pytest.raises(VideoError, match='none.mp4: cannot be opened'):
        open_live(f'{served}/none.mp4')


def test_no_smoothing(loaded, squares):
    smooth = DFERInferencer(loaded('aen'), options=PredictOptions(smooth=1.),
                            **squares)
    with pytest.raises(ValueError, match='smooth: expected 0 for a live'):
        LiveFaces(smooth, 25.)

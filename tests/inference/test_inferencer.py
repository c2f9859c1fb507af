# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os

import av
import cv2
import numpy as np
import pytest

from aen_mmaction.datasets.videos import VideoError
from aen_mmaction.faces import FaceSettings, align_face
from aen_mmaction.inference import DFERInferencer, PredictOptions, Window
from aen_mmaction.inference.annotated_video import VideoWriter
from aen_mmaction.inference.face_track import spread_windows

OPTIONS = PredictOptions(window=.8, stride=.2)  # 20 and 5 frames of 25


@pytest.fixture
def inferencer(loaded, squares):
    return DFERInferencer(loaded('aen'), options=OPTIONS, **squares)


def scores(start, stop, *values):
    return Window(start, stop, np.arange(2), 1.,
                  dict(pred_score=np.float32(values)) if values else None)


def test_window_stands_at_its_middle():
    windows = [scores(0, 5, 1., 0.), scores(4, 9, 0., 1.)]  # middles 2 and 6
    there = np.array([True] * 8 + [False])
    probs = spread_windows(windows, 'pred_score', np.arange(9), there, 0)
    np.testing.assert_allclose(
        probs[:, 0], [1, 1, 1, .75, .5, .25, 0, 0, np.nan])
    np.testing.assert_allclose(probs[:8].sum(1), 1)


def test_windows_without_scores_say_nothing():
    there = np.ones(3, bool)
    assert spread_windows([scores(0, 3)], 'pred_score', np.arange(3), there,
                          0) is None


def test_smoothing_keeps_sums_and_stays_out_of_gaps():
    windows = [scores(0, 5, 1., 0.), scores(4, 9, 0., 1.)]
    there = np.array([True] * 4 + [False] + [True] * 4)
    plain, smooth = (
        spread_windows(windows, 'pred_score', np.arange(9), there, sigma)
        for sigma in (0, 2.))
    np.testing.assert_allclose(smooth[there].sum(1), 1, rtol=1e-6)
    assert np.isnan(smooth[4]).all()
    assert np.ptp(smooth[there, 0]) < np.ptp(plain[there, 0])


@pytest.mark.parametrize('method', ['aen', 'gca', 'stock'])
def test_any_model(loaded, squares, film, draw_squares, method):
    path = film(draw_squares([[(20, 100)]] * 24))
    result = DFERInferencer(loaded(method), options=OPTIONS,
                            **squares)(str(path))
    face, = result.faces
    assert face.probs.shape == (24, 7) and face.group_probs.shape == (24, 3)
    np.testing.assert_allclose(face.probs.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(face.times, np.arange(24) / 25, atol=1e-6)
    assert face.detected.all() and face.num_windows >= 1
    assert result.frame_rate == pytest.approx(25)


def test_same_as_testing_the_aligned_clip(inferencer, film, draw_squares):
    """A track shorter than a window is sampled as a clip of its length."""
    path = film(draw_squares([[(20, 100 + 2 * i)] for i in range(12)]))
    face, = inferencer(str(path)).faces
    scorer = inferencer.scorer
    with av.open(str(path)) as video:
        frames = [f.to_ndarray(format='rgb24')
                  for f in video.decode(video=0)]
    aligned = []
    for image in frames:
        found, = inferencer.detector(image)
        aligned.append(align_face(image, found.landmarks, inferencer.faces))
    inds = scorer.pipeline.frame_inds(12)
    states = scorer.encode(aligned)
    expected = scorer.score([[states[i] for i in inds]])['pred_score'][0]
    np.testing.assert_allclose(face.probs, np.tile(expected, (12, 1)),
                               atol=1e-5)


def test_gap_is_interpolated_or_marked(inferencer, film, draw_squares):
    """5 frames without a detection are filled, 15 are not."""
    here, none = [[(20, 100)]], [[]]
    path = film(draw_squares(here * 20 + none * 5 + here * 20 + none * 15
                             + here * 20))
    face, = inferencer(str(path)).faces
    assert len(face.frames) == 80
    assert not face.detected[20:25].any() and face.known[20:25].all()
    assert not face.known[45:60].any() and np.isnan(face.boxes[45:60]).all()
    assert face.known[60:].all()


def test_two_faces_keep_their_ids(inferencer, film, draw_squares):
    """They cross; for 10 frames neither is seen."""
    frames = [[(4 * i, 100), (88 - 4 * i, 160)] for i in range(23)]
    frames[7:17] = [[]] * 10
    result = inferencer(str(film(draw_squares(frames))))
    assert len(result.faces) == 2
    for face in result.faces:
        assert abs(face.boxes[0, 0] - face.boxes[-1, 0]) == pytest.approx(
            88, abs=2)


@pytest.mark.parametrize('min_face, faces', [(.2, 1), (.1, 2), (0, 2)])
def test_short_faces_are_listed(loaded, squares, film, draw_squares, min_face,
                                faces):
    """4 frames of 25 a second are 0.16 s."""
    frames = [[(20, 100)] for _ in range(20)]
    for i in range(8, 12):
        frames[i] = [(20, 100), (80, 160)]
    options = PredictOptions(window=.8, min_face=min_face)
    result = DFERInferencer(loaded('aen'), options=options, **squares)(
        str(film(draw_squares(frames))))
    assert len(result.faces) == faces
    assert result.left_out == (
        [] if faces == 2 else [dict(face=2, frames=[9, 12], detected=4)])


def test_only_short_faces(inferencer, film, draw_squares):
    result = inferencer(str(film(draw_squares(
        [[(20, 100)]] * 3 + [[]] * 17))))
    assert result.faces == [] and len(result.left_out) == 1
    assert result.nothing == 'no face for long enough'


def test_short_videos_keep_their_faces(inferencer, film, draw_squares):
    """2 of 3 frames are half of the video."""
    result = inferencer(str(film(draw_squares([[], [(20, 100)],
                                               [(20, 100)]]))))
    assert len(result.faces) == 1 and not result.left_out


def test_variable_frame_rate(inferencer, draw_squares, tmp_path):
    """25 frames in the first second, 10 in the next: windows last 0.8 s."""
    times = [i / 25 for i in range(25)] + [1 + i / 10 for i in range(10)]
    with VideoWriter(tmp_path / 'vary.mp4', (64, 120), 25) as video:
        for seconds, image in zip(times, draw_squares([[(20, 100)]] * 35)):
            video.write(seconds, image)
    face, = inferencer(str(tmp_path / 'vary.mp4')).faces
    np.testing.assert_allclose(face.times, times, atol=1e-4)
    # 48 positions of 0.04 s; a window of 20 is due after its 19th or 20th
    assert [w.start for w in face.windows] == [0, 5, 10, 15, 20, 25]
    assert all(w.coverage == 1 for w in face.windows)


def test_no_face(inferencer, film, draw_squares):
    result = inferencer(str(film(draw_squares([[]] * 8))))
    assert result.faces == [] and len(result.times) == 8


def test_one_frame(inferencer, film, draw_squares):
    result = inferencer(str(film(draw_squares([[(20, 100)]]))))
    assert result.faces[0].probs.shape == (1, 7)
    assert result.faces[0].known.all() and result.frame_rate is None


def test_frames_of_a_folder(inferencer, tmp_path, draw_squares):
    for i, image in enumerate(draw_squares([[(20, 100)]] * 6)):
        cv2.imwrite(str(tmp_path / f'{i}.png'), image)
    face, = inferencer(str(tmp_path)).faces
    np.testing.assert_allclose(face.times, np.arange(6) / 25)


def test_truncated(inferencer, film, draw_squares, tmp_path):
    path = film(draw_squares([[(20, 100)]] * 30))
    cut = tmp_path / 'cut.mp4'
    cut.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(VideoError, match='cut.mp4: .*cut off'):
        inferencer(str(cut))
    whole = film(draw_squares([[(i % 80, 100)] for i in range(60)]), 'a.mp4',
                 front=True)
    cut.write_bytes(whole.read_bytes()[:int(.6 * whole.stat().st_size)])
    result = inferencer(str(cut))
    assert 0 < len(result.times) < 60 and result.faces
    assert 'cut.mp4' in result.problem


def test_bad_files(inferencer, tmp_path):
    text = tmp_path / 'text.mp4'
    text.write_text('not a video')
    with pytest.raises(VideoError, match='text.mp4: Invalid data'):
        inferencer(str(text))
    empty = tmp_path / 'empty.mp4'
    empty.touch()
    with pytest.raises(VideoError, match='empty.mp4: the file is empty'):
        inferencer(str(empty))
    with pytest.raises(FileNotFoundError, match='none.mp4: no such file'):
        inferencer(str(tmp_path / 'none.mp4'))


def test_no_permission(inferencer, tmp_path, monkeypatch):
    path = tmp_path / 'locked.mp4'
    path.write_text('x')
    path.chmod(0)
    if os.access(path, os.R_OK):  # as root nothing is locked

        def refuse(*args, **kwargs):
            raise PermissionError(13, 'Permission denied')

        monkeypatch.setattr(av, 'open', refuse)
    with pytest.raises(VideoError, match='locked.mp4: Permission denied'):
        inferencer(str(path))


def test_faces_of_the_training(loaded, squares):
    trained = FaceSettings('dlib', size=112)
    model = loaded('aen')._replace(
        meta=dict(dataset_meta=dict(faces=trained.as_dict())))
    with pytest.raises(ValueError, match='detector: none in this prediction, '
                       'dlib in the training'):
        DFERInferencer(model, **squares)
    kept = DFERInferencer(model, detector=squares['detector'])
    assert kept.faces == trained


@pytest.mark.parametrize('option', [
    dict(window=0), dict(stride=-1), dict(smooth=-1), dict(frame_rate=0),
    dict(min_coverage=0), dict(min_coverage=2)])
def test_options(option):
    with pytest.raises(ValueError, match=next(iter(option))):
        PredictOptions(**option)

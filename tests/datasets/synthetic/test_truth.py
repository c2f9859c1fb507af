# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np
import pytest

from aen_mmaction.datasets.synthetic import (Options, SetTruth, clips,
                                             make_synthetic, render_clip)
from aen_mmaction.datasets.synthetic.writers import clip_plan, clip_seeds

OPTIONS = Options(clips=35, stills=35, size=48, min_frames=8, max_frames=9)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp('set') / 'synthetic'
    make_synthetic(root, OPTIONS)
    return root


def painted(monkeypatch, clip_id, num_frames, **colors):
    """Frames of a clip of the set, its person's colours changed."""
    original = clips.make_identity

    def changed(seed):
        person = original(seed)
        for name, color in colors.items():
            setattr(person, name, np.array(color, float))
        return person

    with monkeypatch.context() as patch:
        patch.setattr(clips, 'make_identity', changed)
        return render_clip(
            clip_plan(OPTIONS.clips, 0)[clip_id - 1][0],
            *clip_seeds(0, clip_id), num_frames, OPTIONS.size,
            OPTIONS.distractor_share).frames.astype(int)


@pytest.mark.parametrize('part, color', [('mouth', 'lips'),
                                         ('brows', 'brows')])
@pytest.mark.parametrize('clip_id', [1, 8])
def test_paint_shows_where_the_masks_are(made, monkeypatch, part, color,
                                         clip_id):
    """Green and red lips differ in the mouth's mask only, and all over it."""
    folder = made / 'dfew/Clip/clip_224x224' / f'{clip_id:05d}'
    count = len(list(folder.iterdir()))
    pair = [painted(monkeypatch, clip_id, count, **{color: paint})
            for paint in ((255, 0, 0), (0, 255, 0))]
    changed = np.abs(pair[0] - pair[1]).sum(-1) > 60  # (T, H, W)
    masks = SetTruth(made).masks(folder.name, range(count), OPTIONS.size)
    mask = masks[part]
    assert changed.any((1, 2)).all()
    assert (changed & ~mask).sum() <= .08 * changed.sum()
    for t in range(count):  # the hull of the paint fills most of the mask
        points = np.argwhere(changed[t])[:, ::-1].astype(np.int32)
        if part == 'mouth':
            assert cv2.contourArea(cv2.convexHull(points)) > .3 * mask[t].sum()
        assert mask[t].mean() < .25


def test_frames_on_disk_are_the_ones_described(made, monkeypatch):
    """The same frames come out when the clip is drawn for its truth."""
    folder = made / 'dfew/Clip/clip_224x224/00003'
    paths = sorted(folder.iterdir())
    frames = painted(monkeypatch, 3, len(paths))
    truth = SetTruth(made)
    assert truth.regions('00003')['face'].shape[0] == len(paths)
    for path, frame in zip(paths, frames):
        found = cv2.imread(str(path))[..., ::-1].astype(int)
        assert np.abs(found - frame).mean() < 8  # JPEG


def test_masks_scale_with_the_side_and_follow_the_frames(made):
    truth = SetTruth(made)
    small, large = (truth.masks('00001', [5, 0], side) for side in (48, 96))
    for name in ('mouth', 'brows', 'face'):
        assert small[name].shape == (2, 48, 48)
        shares = [m[name].mean((1, 2)) for m in (small, large)]
        np.testing.assert_allclose(*shares, atol=.04)
    again = truth.masks('00001', [0], 96)['mouth']
    np.testing.assert_array_equal(again[0], large['mouth'][1])
    assert (large['mouth'] & large['brows']).sum() == 0


def test_errors(made, tmp_path):
    with pytest.raises(FileNotFoundError, match='README.txt'):
        SetTruth(tmp_path)
    for wrong in ('36', '0', 'happy'):
        with pytest.raises(ValueError, match='clips 1 to 35'):
            SetTruth(made).regions(wrong)
    readme = (made / 'README.txt').read_text()
    (tmp_path / 'README.txt').write_text(
        readme.replace('"version": 1', '"version": 0'))
    with pytest.raises(ValueError, match='version 0 .* version 1'):
        SetTruth(tmp_path)
